import { chromium } from "playwright-core";
const [url, out, ...opts] = Deno.args;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, width, scheme] of [["wide-light",1280,"light"],["narrow-dark",390,"dark"],["wide-dark",1280,"dark"],["narrow-light",390,"light"]] as const) {
  if (opts.length && !opts.includes(name)) continue;
  const p = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  p.on("console", (m) => console.log("console", m.type(), m.text()));
  p.on("pageerror", (e) => console.log("pageerror", e.message));
  await p.goto(url);
  await p.waitForTimeout(700);
  const d = p.locator(".scores details summary").first();
  if (await d.count()) await d.click();
  await p.screenshot({ path: `${out}-${name}.png`, fullPage: true });
  await p.close();
}
await browser.close();
