import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../daemon/until.ts";
import { command, inFolder, neurald } from "./neurald.ts";

/** Names of what is in a folder. */
const namesIn = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("the demo learns real mail, and knows mail that it has never seen", () =>
  inFolder(async (folder) => {
    const listen = ["--listen", "127.0.0.1:0"];
    const env = { TMPDIR: folder };
    const { code, stdout, stderr } = await neurald(
      ["demo", "--exit", "--json", ...listen],
      { env },
    );
    assertEquals(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    const json = JSON.parse(lines.at(-1)!);
    assertEquals(lines.length, 1);
    assert(json.auc >= 0.99, `${json.auc}`);
    assert(json.error <= 0.035, `${json.error}`);
    assertEquals(Object.keys(json.tpr_at_fpr), ["0.001", "0.005", "0.01"]);
    assert(json.n.spam > 700 && json.n.ham > 1600);
    assertEquals(json.seed, 1);
    for (const said of ["learned 2420 messages", "AUC", "because of"]) {
      assertStringIncludes(stderr, said);
    }
    assertEquals(namesIn(folder), []);

    const again = await neurald(
      ["demo", "--exit", "--json", "--seed", "1", ...listen],
      { env },
    );
    assertEquals(again.stdout, stdout);
    const plain = await neurald(["demo", "--exit", "--seed", "2", ...listen], {
      env,
    });
    assertEquals([plain.code, plain.stderr], [0, ""]);
    assertStringIncludes(plain.stdout, "AUC");
    assertEquals(namesIn(folder), []);
  }));

Deno.test("the demo without a temporary folder says so", async () => {
  const env = { TMPDIR: "/no/such/folder" };
  const { code, stdout, stderr } = await neurald(["demo", "--exit"], { env });
  assertEquals([code, stdout], [1, ""]);
  assert(/^neurald: cannot make a temporary folder: [^\n]+\n$/.test(stderr));
});

Deno.test("the demo on a taken port says so", () =>
  inFolder(async (folder) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { code, stdout, stderr } = await neurald([
      ...["demo", "--exit", "--listen", `127.0.0.1:${listener.addr.port}`],
    ], { env: { TMPDIR: folder } });
    listener.close();
    assertEquals([code, stdout], [1, ""]);
    assert(/^neurald: cannot listen on [^\n]+\n$/.test(stderr), stderr);
    assertEquals(namesIn(folder), []);
  }));

Deno.test("without a port the demo takes the usual one, or any that is free", () =>
  inFolder(async (folder) => {
    // Taken by this test, or by somebody else.
    let listener: Deno.Listener | undefined;
    try {
      listener = Deno.listen({ hostname: "127.0.0.1", port: 11336 });
    } catch (error) {
      assert(error instanceof Deno.errors.AddrInUse);
    }
    const { code, stdout } = await neurald(["demo", "--exit"], {
      env: { TMPDIR: folder },
    });
    listener?.close();
    assertEquals(code, 0);
    const port = /answers at http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
    assert(port && (port !== "11336" || !listener), stdout);
  }));

/** How long the demo runs before it is stopped; at last it stays up. */
const MOMENTS_MS = [150, 400, 800];

Deno.test("Ctrl-C ends the demo at any moment, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      for (const moment of [...MOMENTS_MS, Infinity]) {
        const child = command(["demo", "--listen", "127.0.0.1:0"], {
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
          env: { TMPDIR: folder },
        }).spawn();
        let said = "";
        const reading = child.stdout.pipeThrough(new TextDecoderStream())
          .pipeTo(new WritableStream({ write: (text) => void (said += text) }));
        await Promise.race([
          until("it stays up", () => said.includes("stays up"), 30_000),
          until("its folder", () => namesIn(folder).length > 0).then(() =>
            new Promise((resolve) => {
              if (moment < Infinity) setTimeout(resolve, moment);
            })
          ),
        ]);
        const begin = performance.now();
        child.kill(signal);
        const [{ code, signal: killedBy }, stderr] = await Promise.all([
          child.status,
          new Response(child.stderr).text(),
          reading,
        ]);
        assert(performance.now() - begin < 5000);
        assertEquals([killedBy, stderr], [null, ""]);
        assertEquals(code, said.includes("stays up") ? 0 : 1);
        assertEquals(namesIn(folder), []);
      }
    }
  }));
