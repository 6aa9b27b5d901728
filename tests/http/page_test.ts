import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Host } from "../daemon/host.ts";
import { mail } from "../engine/mail.ts";
import {
  awayHost,
  emptyHost,
  GIVEN,
  HOSTILE,
  learningHost,
  trainedHost,
} from "../page/states.ts";

/** Fetches the page, and sees that it is sound and asks nobody else. */
async function pageOf(
  host: Host,
  path = "/",
  init?: RequestInit,
): Promise<{ text: string; status: number }> {
  const response = await fetch(host.url + path, init);
  const text = await response.text();
  const policy = response.headers.get("content-security-policy")!;
  assert(policy.startsWith("default-src 'none';"), policy);
  assert(!policy.includes("unsafe") && !policy.includes("*"), policy);
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  assertEquals(response.headers.get("set-cookie"), null);
  const tags = text.match(/<[a-z][^>]*>/g)!;
  for (const tag of tags) {
    assert(!/ (on[a-z]+|style)=/.test(tag.replaceAll(/"[^"]*"/g, '""')), tag);
    const [, address] = / (?:src|href|action)="([^"]*)"/.exec(tag) ?? [];
    assert(address === undefined || /^[/#](?!\/)/.test(address), tag);
  }
  assertEquals(text.match(/<script\b[^>]*>[^]*?<\/script>/g), [
    '<script type="module" src="/page/page.js"></script>',
  ]);
  assert(!/<style|<img(?!\s+src="\/page)/.test(text));
  assert(!/undefined|NaN|Infinity|\[object/.test(text));
  return { text, status: response.status };
}

/** What is read, without tags, with one space between words. */
function wordsOf(text: string): string {
  return text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

function form(scan: string): RequestInit {
  return { method: "POST", body: new URLSearchParams({ scan }) };
}

Deno.test("the page of a daemon that knows nothing says how to begin", async () => {
  await using host = await emptyHost();
  const words = wordsOf((await pageOf(host)).text);
  assertMatch(words, /Nothing learned yet/);
  assertMatch(words, /Rule IN is trained by itself from 200 messages/);
  assertMatch(words, /0 given since the start/);
});

Deno.test("without scripts, the page has what is missing until a training", async () => {
  await using host = await learningHost();
  const words = wordsOf((await pageOf(host)).text);
  assertMatch(words, /30 of 200 fresh , 0 retained/);
  assertMatch(words, /once there are 170 more spam and 170 more ham/);
  assertMatch(words, /spam hand fresh 30/);
});

Deno.test("without scripts, the page has the model's figures and history", async () => {
  await using host = await trainedHost();
  const { training, version } = (await host.network({ rule: "IN" })).model!;
  const { text } = await pageOf(host);
  const words = wordsOf(text);
  const { figures, trained_on } = training!;
  assertMatch(words, new RegExp(`AUC ${figures.auc.toFixed(4)}`));
  assertMatch(
    words,
    new RegExp(`Trained on ${trained_on.spam} spam, ${trained_on.ham} ham`),
  );
  assertMatch(words, new RegExp(`published: version ${version}`));
  assertMatch(words, /refused it /);
  // Two curves with their axes, and a small one for each training.
  assertEquals(text.match(/class="chart"/g)!.length, 2);
  assertEquals(text.match(/class="sparkline"/g)!.length, 2);
  assertMatch(words, /Speak for spam .* BAYES_SPAM \+0\.\d+/);
  assertMatch(words, /Speak for ham .* BAYES_HAM −0\.\d+/);
  assertEquals(text.match(/id="score-\d+"/g)!.length, GIVEN);
});

Deno.test("names that come from outside do no harm", async () => {
  await using host = await trainedHost();
  const { networks } = (await host.status()).rules.IN;
  const keys = networks.map(({ key }) => key);
  assert(keys.length > 3, keys.join());
  for (const key of keys) {
    const line = encodeURIComponent(key);
    const { text } = await pageOf(host, `/?line=${line}`);
    assert(!text.includes("<img/src"));
    assert(!text.includes("\u202e"));
  }
  for (const name of HOSTILE) {
    const scan = { symbols: { [name]: 1 }, rule: name };
    const { text } = await pageOf(host, "/explain", form(JSON.stringify(scan)));
    assert(text.includes("&quot;symbols&quot;"));
    assertMatch(text, /there is no rule/);
  }
  assertEquals((await pageOf(host, "/?line=none")).status, 200);
});

Deno.test("a pasted scan is explained, and neither kept nor learned", async () => {
  await using host = await trainedHost();
  const before = (await host.network({ rule: "IN" })).pool;
  const scan = mail("spam", 700);
  const { text } = await pageOf(host, "/explain", form(JSON.stringify(scan)));
  const words = wordsOf(text);
  const { results } = (await host.post("/v1/score?rule=IN", scan)).json;
  assert(words.includes(`+${results[0].output.toFixed(3)}`));
  assertMatch(words, /a message of which nothing is known/);
  // That one score was the API's.
  const shown = (await pageOf(host)).text;
  assertEquals(shown.match(/id="score-\d+"/g)!.length, GIVEN + 1);
  assertEquals((await host.network({ rule: "IN" })).pool, before);
  const header = "Subject: x\nX-Spam-Status: No, score=-1 tests=BAYES_HAM";
  const other = await pageOf(host, "/explain", form(header));
  assertMatch(wordsOf(other.text), /IN \/ default : NEURAL_HAM/);
});

Deno.test("what is no scan is told with what was pasted", async () => {
  await using host = await emptyHost();
  for (
    const [pasted, reason] of [
      ['{"symbols": 7}', /symbols: an object or a list/],
      ["{", /this is not JSON/],
      ["hello", /neither a scan as JSON nor a message/],
      ["", /neither a scan as JSON nor a message/],
      ["Subject: x", /no X-Spamd-Result/],
    ] as const
  ) {
    const { text, status } = await pageOf(host, "/explain", form(pasted));
    assertEquals(status, 400);
    assertMatch(wordsOf(text), reason);
  }
  const { text, status } = await pageOf(host, "/explain", form("[]"));
  assertEquals(status, 400);
  assertMatch(wordsOf(text), /a scan is a JSON object/);
  const large = await pageOf(host, "/explain", form("x".repeat(2 << 20)));
  assertEquals(large.status, 413);
  const none = await pageOf(host, "/explain", form('{"symbols": {"A": 1}}'));
  assertEquals(none.status, 200);
  assertMatch(wordsOf(none.text), /No rule has a model/);
});

Deno.test("while the store fails, the page shows what is known", async () => {
  await using host = await awayHost();
  const words = wordsOf((await pageOf(host)).text);
  assertMatch(words, /The store is away/);
  assertMatch(words, /The store does not tell/);
  assertMatch(words, /Speak for spam/);
});

Deno.test("scores are kept only as long as that is wanted", async () => {
  await using host = await trainedHost();
  const rule = "IN { watch_interval = 1h; }";
  const shown = async () =>
    (await pageOf(host)).text.match(/id="score-\d+"/g)?.length ?? 0;
  assertEquals(await shown(), GIVEN);
  for (const most of [3, 0]) {
    await host.reconfigure(
      `rules { ${rule} } neurald { recent_scores = ${most}; }`,
    );
    assertEquals(await shown(), most);
    for (let i = 0; i < 9; i++) await host.post("/v1/score", mail("ham", i));
    assertEquals(await shown(), most);
  }
});

Deno.test("the page's files are fetched once", async () => {
  await using host = await emptyHost();
  const { text } = await pageOf(host);
  const paths = [...text.matchAll(/"(\/page\/[^"]*)"/g)].map(([, path]) =>
    path
  );
  assertEquals(new Set(paths).size, 3);
  for (const path of paths) {
    const first = await fetch(host.url + path);
    assertEquals(first.status, 200);
    assert((await first.text()).length > 100);
    const headers = { "if-none-match": first.headers.get("etag")! };
    const again = await fetch(host.url + path, { headers });
    assertEquals(again.status, 304);
    assertEquals(await again.text(), "");
  }
});
