/**
 * A real browser, where there is one: Debian's Chromium.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/opt/google/chrome"];

/** Path of the browser; undefined where there is none. */
export const CHROMIUM = FOLDERS.flatMap((folder) =>
  NAMES.map((name) => `${folder}/${name}`)
).find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

// deno-lint-ignore no-console
if (!CHROMIUM) console.log("skipped: the page in a browser: no Chromium");

/** How somebody looks at the page. */
export interface Look {
  width: number;
  colorScheme: "light" | "dark";
  /** Whether scripts run. */
  scripts?: boolean;
}

/** Everybody's. */
export const LOOKS: readonly Look[] = [
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 360, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
];

/** A page that nothing may go wrong with. */
export class Visit {
  readonly page: Page;
  #problems: string[] = [];
  readonly #origin: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#origin = new URL(url).origin;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.#problems.push(message.text());
      }
    });
    page.on("pageerror", ({ message }) => this.#problems.push(message));
    page.on("request", (request) => {
      const url = request.url();
      if (new URL(url).origin !== this.#origin) {
        this.#problems.push(`it asks for ${url}`);
      }
    });
  }

  /** Opens an address. */
  static async open(
    browser: Browser,
    url: string,
    { width, colorScheme, scripts = true }: Look = LOOKS[0],
  ): Promise<Visit> {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: scripts,
    });
    page.setDefaultTimeout(10_000);
    const visit = new Visit(page, url);
    await page.goto(url);
    return visit;
  }

  /** Sees that it fits, that everybody can use it, and that all went well. */
  async check(): Promise<void> {
    assertEquals(this.#problems, []);
    const excess = await this.page.evaluate(
      "document.documentElement.scrollWidth - innerWidth",
    );
    assertEquals(excess, 0, "it is wider than the window");
    await this.page.evaluate(axe.source);
    const results: AxeResults = await this.page.evaluate(
      'axe.run({ resultTypes: ["violations"] })',
    );
    assertEquals(
      results.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => [id, html, failureSummary])
      ),
      [],
    );
  }

  /** Looks at it otherwise. */
  async look({ width, colorScheme }: Look): Promise<void> {
    await this.page.setViewportSize({ width, height: 900 });
    await this.page.emulateMedia({ colorScheme });
  }

  /** Problems that a test has brought about are none. */
  forgive(expected: RegExp): void {
    this.#problems = this.#problems.filter((problem) =>
      !expected.test(problem)
    );
  }

  /** Keeps a picture of it, where `SCREENSHOTS` names a folder. */
  async picture(name: string): Promise<void> {
    const folder = Deno.env.get("SCREENSHOTS");
    if (!folder) return;
    const path = `${folder}/${name}.png`;
    await this.page.screenshot({ path, fullPage: true });
  }

  /** Closes it, when nothing has gone wrong until then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
    assertEquals(this.#problems, []);
  }
}

/** The same for all tests: it takes a second to start. */
let browser: Browser | undefined;

Deno.test.afterAll(async () => {
  await browser?.close();
});

/** A test with a browser; skipped where there is none. */
export function browserTest(
  name: string,
  run: (browser: Browser) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: CHROMIUM === undefined,
    // Of the browser's process.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      browser ??= await chromium.launch({
        executablePath: CHROMIUM,
        // It refuses root otherwise.
        chromiumSandbox: Deno.uid() !== 0,
      });
      await run(browser);
    },
  });
}
