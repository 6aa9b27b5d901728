import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type LineSink, LineWriter } from "../../lib/log/line_writer.ts";

/** A sink whose writes do, one after the other, what it is told to. */
class Sink implements LineSink {
  text = "";
  readonly #decoder = new TextDecoder();

  /** @param behaviours how much it takes of what it is given, or why nothing */
  constructor(readonly behaviours: (number | Error | Promise<void>)[]) {}

  async write(bytes: Uint8Array): Promise<number> {
    const behaviour = this.behaviours.shift() ?? Infinity;
    if (behaviour instanceof Error) throw behaviour;
    if (typeof behaviour !== "number") {
      await behaviour;
      return await this.write(bytes);
    }
    const taken = bytes.subarray(0, Math.max(1, behaviour));
    this.text += this.#decoder.decode(taken, { stream: true });
    return taken.length;
  }
}

function writerTo(sink: LineSink): LineWriter {
  return new LineWriter(sink, (lines, reason) => `lost ${lines}: ${reason}`);
}

Deno.test("what cannot be written is counted, and told when it can be", async () => {
  const full = () => new Deno.errors.BrokenPipe("full");
  const sink = new Sink([Infinity, full(), full()]);
  const writer = writerTo(sink);
  for (const [i, line] of ["a", "b", "c", "d", "e"].entries()) {
    writer.write(line);
    if (i !== 2) await writer.flush(1000);
  }
  // c and d went together.
  assertEquals(sink.text, "a\nlost 3: full\ne\n");
});

Deno.test("a sink that has no room yet is asked again", async () => {
  const sink = new Sink([new Deno.errors.WouldBlock("later"), 1]);
  const writer = writerTo(sink);
  writer.write("abc");
  await writer.flush(1000);
  assertEquals(sink.text, "abc\n");
});

Deno.test("a sink that takes nothing holds nobody up, and fills no memory", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sink = new Sink([promise]);
  const writer = writerTo(sink);
  writer.write("first");
  const begin = performance.now();
  await writer.flush(20);
  assert(performance.now() - begin < 1000);
  const line = "x".repeat(1 << 10);
  for (let i = 0; i < 2000; i++) writer.write(line);
  resolve();
  await writer.flush(1000);
  const lines = sink.text.split("\n");
  assertEquals(lines[0], "first");
  assertEquals(lines.filter((it) => it === line).length, 1024);
  const [notice] = lines.filter((it) => it.startsWith("lost"));
  assertEquals(notice, "lost 976: they were not taken fast enough");
});

Deno.test("however a sink behaves, lines are whole or counted", async () => {
  const behaviours = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) },
      fc.constant(new Error("broken")),
    ),
    { maxLength: 30 },
  );
  await fc.assert(fc.asyncProperty(behaviours, async (behaviours) => {
    const sink = new Sink([...behaviours]);
    const writer = writerTo(sink);
    const lines = Array.from({ length: 20 }, (_, i) => `<line ${i}>`);
    for (const line of lines) {
      writer.write(line);
      await writer.flush(1000);
    }
    // By now it takes everything, and nothing more is lost.
    while (sink.behaviours.length > 0) {
      writer.write("<more>");
      await writer.flush(1000);
    }
    writer.write("<last>");
    await writer.flush(1000);
    const told = sink.text.split("\n");
    const whole = lines.filter((line) => told.includes(line));
    const mores = told.filter((line) => line === "<more>").length;
    const lost = told.map((line) => /^lost (\d+): broken$/.exec(line)?.[1])
      .reduce((sum, lost) => sum + Number(lost ?? 0), 0);
    assertEquals(told.at(-2), "<last>");
    assert(whole.length + lost >= lines.length, sink.text);
    assert(mores + whole.length <= lines.length + 30);
  }));
});
