import { assert, assertEquals } from "@std/assert";
import { Events } from "../../lib/http/events.ts";
import { trainedHost } from "../daemon/trained_host.ts";
import { pause, until } from "../daemon/until.ts";
import { mail } from "../engine/mail.ts";

/** Reads what a listener is told, as it comes. */
class Listener {
  text = "";
  isOver = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    this.#reader = response.body!.getReader();
    this.#read();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.text += decoder.decode(value);
    }
    this.isOver = true;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

Deno.test("listeners are told which parts changed, and that somebody is there", async () => {
  let looks = 0;
  const parts = { a: "1", b: "1" };
  const look = () => {
    looks++;
    return Promise.resolve({ ...parts });
  };
  const events = new Events(look, { intervalMs: 5, heartbeatMs: 50 });
  await pause(30);
  assertEquals(looks, 0, "nobody listens");
  const listeners = [events.open(), events.open()].map((response) =>
    new Listener(response)
  );
  await until("it has looked", () => looks > 1);
  parts.b = "2";
  for (const listener of listeners) {
    await until("it is told", () => listener.text.includes("event: change"));
    assert(listener.text.includes('data: {"changed":["b"]}\n\n'));
    await until("it is alive", () => listener.text.includes(": alive\n\n"));
    assert(listener.text.startsWith("retry: "));
  }
  await Promise.all(listeners.map((listener) => listener.cancel()));
  assertEquals(events.listeners, 0);
  await pause(30);
  const before = looks;
  await pause(30);
  assertEquals(looks, before, "nobody listens any more");
  events.close();
});

Deno.test("there are only so many listeners, and none that does not listen", async () => {
  let number = 0;
  const look = () => Promise.resolve({ a: String(number++) });
  const events = new Events(look, {
    intervalMs: 1,
    greatestShare: 1,
    most: 2,
  });
  const slow = events.open();
  const quick = new Listener(events.open());
  const refused = events.open();
  assertEquals(refused.status, 503);
  assert((await refused.json()).error.includes("2 clients"));
  await until("the slow one is dropped", () => events.listeners === 1);
  assertEquals(quick.isOver, false);
  await slow.body!.cancel();
  const another = new Listener(events.open());
  events.close();
  await until("all have ended", () => quick.isOver && another.isOver);
  assertEquals(events.open().status, 503);
});

Deno.test("a look that fails, or takes long, ends nothing", async () => {
  let looks = 0;
  const events = new Events(async () => {
    looks++;
    await pause(20);
    throw new Error("no");
  }, { intervalMs: 1, greatestShare: 0.1, heartbeatMs: 10 });
  const listener = new Listener(events.open());
  await until("it goes on", () => listener.text.includes(": alive"));
  await pause(400);
  assert(looks < 6, `${looks} looks take more than a tenth of the time`);
  events.close();
  await until("it has ended", () => listener.isOver);
});

Deno.test("a daemon tells of scores, and stops at once though somebody listens", async () => {
  await using host = await trainedHost();
  const listener = new Listener(await fetch(`${host.url}/v1/events`));
  await until("it listens", () => listener.text !== "");
  await pause(1100);
  await host.post("/v1/score", mail("spam", 600));
  await until("it is told", () => listener.text.includes('["scores"]'));
  await host.postLines("/v1/learn", [mail("spam", 601), mail("ham", 601)]);
  await until("it is told", () => listener.text.includes('["status"]'));
  const began = performance.now();
  await host.stop();
  assert(performance.now() - began < 1500, "it was waited for");
  await until("it has ended", () => listener.isOver);
});

Deno.test("who has gone makes room for others", async () => {
  await using host = await trainedHost();
  const url = `${host.url}/v1/events`;
  for (let i = 0; i < 40; i++) {
    const head = await fetch(url, { method: "HEAD" });
    assertEquals(head.headers.get("content-type"), "text/event-stream");
    const gone = new AbortController();
    const response = await fetch(url, { signal: gone.signal });
    await response.body!.getReader().read();
    gone.abort();
  }
  await until("there is room", async () => {
    const response = await fetch(url);
    await response.body!.cancel();
    return response.status === 200;
  });
});
