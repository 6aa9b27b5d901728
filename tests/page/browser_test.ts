import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Host } from "../daemon/host.ts";
import { mail, mails } from "../engine/mail.ts";
import { browserTest, LOOKS, Visit } from "./chromium.ts";
import {
  awayHost,
  emptyHost,
  GIVEN,
  learningHost,
  trainedHost,
} from "./states.ts";

const STATES: Record<string, { start: () => Promise<Host>; says: RegExp }> = {
  empty: { start: emptyHost, says: /Nothing learned yet/ },
  learning: { start: learningHost, says: /30 of 200 fresh/ },
  trained: { start: trainedHost, says: /refused[^]*AUC/ },
  away: { start: awayHost, says: /The store is away/ },
};

for (const [state, { start, says }] of Object.entries(STATES)) {
  browserTest(`the page, ${state}, for everybody`, async (browser) => {
    await using host = await start();
    await using visit = await Visit.open(browser, host.url);
    const { page } = visit;
    await page.getByText("live", { exact: true }).waitFor();
    assertMatch(await page.locator("body").innerText(), says);
    assertEquals(await page.title(), "neurald");
    for (const summary of (await page.locator("summary").all()).slice(0, 3)) {
      await summary.click();
    }
    for (const look of LOOKS) {
      await visit.look(look);
      await visit.check();
      await visit.picture(`${state}-${look.width}-${look.colorScheme}`);
    }
  });
}

browserTest("the page brings itself up to date", async (browser) => {
  await using host = await emptyHost();
  await using visit = await Visit.open(browser, host.url);
  const { page } = visit;
  await page.getByText("live", { exact: true }).waitFor();
  await host.postLines("/v1/learn?rule=IN", mails(100));
  await page.getByText("100 of 200 fresh").first().waitFor();
  await page.getByText("Where they come from").click();
  assert((await host.post("/v1/train?rule=IN", "")).json.trained);
  await page.getByText("published: version 1").waitFor();
  // What was open stays so.
  await page.getByText("Newest", { exact: true }).waitFor();
  await host.post("/v1/score", mail("spam", 500));
  await page.getByText("NEURAL_SPAM").last().waitFor();
  await visit.check();
});

browserTest("the list of scores waits while it is read", async (browser) => {
  await using host = await trainedHost();
  await using visit = await Visit.open(browser, host.url);
  const { page } = visit;
  const entries = page.locator(".scores > li");
  assertEquals(await entries.count(), GIVEN);
  // By keyboard, as by mouse.
  const first = entries.first().locator("summary");
  await first.focus();
  await page.keyboard.press("Enter");
  await entries.first().getByText("A_NUMBER").waitFor();
  await host.post("/v1/score", mail("spam", 501));
  await page.getByText("This list waits").waitFor();
  assertEquals(await entries.count(), GIVEN);
  await page.keyboard.press("Enter");
  await first.blur();
  await entries.nth(GIVEN).waitFor();
  assertEquals(await page.getByText("This list waits").isVisible(), false);
});

browserTest("another line of networks is looked at", async (browser) => {
  await using host = await trainedHost();
  await using visit = await Visit.open(browser, host.url);
  const { page } = visit;
  const links = page.locator("#lines a");
  const names = await page.locator("#lines tbody td:nth-child(2)")
    .allInnerTexts();
  const other = names.findIndex((name) => name.includes("onerror"));
  assert(other > 0, names.join("; "));
  await links.nth(other).click();
  await page.getByRole("heading", { name: "onerror" }).waitFor();
  assertEquals(await links.nth(other).getAttribute("aria-current"), "true");
  await page.getByText("There is none yet").waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  await visit.check();
  await visit.picture("other-line");
});

browserTest("a pasted scan is explained", async (browser) => {
  await using host = await trainedHost();
  for (const scripts of [true, false]) {
    const look = { ...LOOKS[0], scripts };
    await using visit = await Visit.open(browser, host.url, look);
    const { page } = visit;
    const field = page.getByLabel("A scan as JSON");
    const button = page.getByRole("button", { name: "Explain" });
    const answer = page.locator("#explained");
    await field.fill(JSON.stringify(mail("spam", 700)));
    await button.click();
    await answer.getByText("NEURAL_SPAM").waitFor();
    assertMatch(await answer.innerText(), /BAYES_SPAM|FUZZY_DENIED/);
    assertEquals(page.url() === `${host.url}/`, scripts);
    await visit.picture(`explained-${scripts}`);
    await field.fill("X-Spam-Status: No, score=-1 tests=R_SPF_ALLOW,BAYES_HAM");
    await button.click();
    await answer.getByText("NEURAL_HAM").waitFor();
    if (!scripts) continue;
    await visit.check();
    // The answer is where the reader goes on.
    assertEquals(await page.evaluate("document.activeElement.id"), "explained");
  }
});

browserTest("what is no scan is told by the form", async (browser) => {
  await using host = await trainedHost();
  await using visit = await Visit.open(browser, host.url);
  const { page } = visit;
  const field = page.getByLabel("A scan as JSON");
  await field.fill("<b>no scan</b>");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByRole("alert").getByText("neither a scan").waitFor();
  assertEquals(await field.getAttribute("aria-invalid"), "true");
  visit.forgive(/status of 400/);
  await visit.check();
});

browserTest("a daemon that goes away is told", async (browser) => {
  const host = await learningHost();
  try {
    await using visit = await Visit.open(browser, host.url);
    const { page } = visit;
    await page.getByText("live", { exact: true }).waitFor();
    const began = performance.now();
    await host.stop();
    assert(performance.now() - began < 2500, "listeners held it up");
    await page.getByText("not up to date").waitFor();
    visit.forgive(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY/);
  } finally {
    await host[Symbol.asyncDispose]();
  }
});
