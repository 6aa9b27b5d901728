import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, inFolder } from "../cli/neurald.ts";
import { mail, mails } from "../engine/mail.ts";
import { head, RawConnection } from "../http/server/raw_connection.ts";
import { DaemonProcess, HUMAN } from "./process.ts";
import { pause, until } from "./until.ts";

const RELOADS = 20;

const ONE_RULE = "rules { ONE { watch_interval = 100ms; } }";
const TWO_RULES = `rules {
  ONE { watch_interval = 100ms; }
  TWO { watch_interval = 100ms; symbol_spam = S2; symbol_ham = H2; }
}`;

/** Runs a test with a daemon, and what changes its configuration. */
function withDaemon(
  text: string,
  run: (
    daemon: DaemonProcess,
    reload: (text: string) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    const store = `${folder}/neurald.sqlite`;
    await Deno.writeTextFile(config, text);
    await using daemon = await DaemonProcess.start({ store, config });
    let reloads = 0;
    await run(daemon, async (text) => {
      await Deno.writeTextFile(config, text);
      daemon.signal("SIGHUP");
      reloads++;
      await until(
        "it has reloaded",
        () =>
          daemon.stderr.match(/ (reloaded|not reloaded)/g)?.length === reloads,
      );
    });
    const { status } = await daemon.end("SIGTERM");
    assertEquals(status.code, 0, daemon.stderr);
  });
}

Deno.test("a reload brings rules, and takes them away", () =>
  withDaemon(ONE_RULE, async (daemon, reload) => {
    const rules = async () => Object.keys((await daemon.getStatus()).rules);
    assertEquals(await rules(), ["ONE"]);
    await reload(TWO_RULES);
    assertEquals(await rules(), ["ONE", "TWO"]);
    const learned = await daemon.post("/v1/learn?rule=TWO", mail("spam", 1));
    assertEquals((await learned.json()).learned, true);
    await reload(ONE_RULE);
    assertEquals(await rules(), ["ONE"]);
    const unknown = await daemon.post("/v1/learn?rule=TWO", mail("spam", 1));
    assertEquals(unknown.status, 404);
    await unknown.body?.cancel();
    // What it learned is not lost.
    await reload(TWO_RULES);
    await until("its samples", async () => {
      const { TWO } = (await daemon.getStatus()).rules;
      return TWO.networks[0]?.pool?.fresh.spam === 1;
    });
  }));

Deno.test("a wrong configuration changes nothing, and is reported", () =>
  withDaemon(ONE_RULE, async (daemon, reload) => {
    for (
      const [text, said] of [
        ["rules { ONE { watch_intervall = 1s; } }", "watch_interval"],
        ["rules { ONE { watch_interval = 1s;", "neural.conf line=1"],
        ["rules { }", "no rule"],
      ]
    ) {
      await reload(text);
      assertStringIncludes(daemon.stderr, said);
      assert(!daemon.stderr.includes(" reloaded\n"));
      assertStringIncludes(daemon.stderr, " error not reloaded ");
      assertEquals(Object.keys((await daemon.getStatus()).rules), ["ONE"]);
      const learned = await daemon.post("/v1/learn", mail("spam", 1));
      assertEquals((await learned.json()).learned, true);
    }
    await reload(TWO_RULES);
    assertStringIncludes(daemon.stderr, " reloaded\n");
  }));

Deno.test(`${RELOADS} reloads drop no request`, () =>
  withDaemon(ONE_RULE, async (daemon, reload) => {
    for (const scan of mails(40)) {
      await (await daemon.post("/v1/learn", scan)).body?.cancel();
    }
    const trained = await daemon.post("/v1/train", "");
    assertEquals((await trained.json()).trained, true);

    let isOver = false;
    let answered = 0;
    const client = async (number: number) => {
      for (let i = number; !isOver; i += 10) {
        const scan = mail("spam", i);
        const responses = await Promise.all([
          daemon.post("/v1/score?rule=ONE", scan),
          daemon.post("/v1/learn?rule=ONE", scan),
        ]);
        const [score, learn] = await Promise.all(
          responses.map((response) => response.json()),
        );
        // Models stay in service.
        assertEquals(score.results[0]?.symbol, "NEURAL_SPAM");
        assertEquals(learn.learned, true);
        answered += 2;
      }
    };
    // Slow, so that it is under way while the configuration changes.
    const slowly = async () => {
      using connection = await RawConnection.open(daemon.url);
      const body = JSON.stringify(mail("ham", 9999));
      await connection.send(head({
        path: "/v1/learn?rule=ONE",
        headers: { "content-length": body.length },
      }));
      for (const letter of body) {
        await connection.send(letter);
        await pause(5);
      }
      const response = await connection.receive();
      assertEquals(JSON.parse(response!.body).learned, true);
    };
    const clients = Promise.all([client(1000), client(1001), client(1002)]);
    const slow = slowly();
    for (let i = 0; i < RELOADS; i++) {
      await reload(i % 2 ? ONE_RULE : TWO_RULES);
      await pause(30);
    }
    isOver = true;
    await Promise.all([clients, slow]);
    assert(answered > RELOADS, `${answered}`);
    assertEquals(daemon.complaints, []);
  }));

Deno.test("signals that come together reload one after the other", () =>
  withDaemon(ONE_RULE, async (daemon) => {
    for (let i = 0; i < 10; i++) daemon.signal("SIGHUP");
    await pause(500);
    // The system may deliver several as one.
    const times = daemon.stderr.match(/ reloaded/g)?.length ?? 0;
    assert(times >= 1 && times <= 10, `${times}`);
    assertEquals(daemon.complaints, []);
    assertEquals(Object.keys((await daemon.getStatus()).rules), ["ONE"]);
  }));

Deno.test("what flags decided cannot change, and is not told", () =>
  withDaemon("", async (daemon, reload) => {
    await reload('neurald { listen = "127.0.0.1:1"; store = "sqlite:/x"; }');
    assertEquals(daemon.complaints, []);
  }));

Deno.test("a reload tells what it cannot change", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neural.conf`;
    const write = (listen: string, store: string, more = "") =>
      Deno.writeTextFile(
        config,
        `neurald { listen = "unix:${folder}/${listen}"; store = "sqlite:${folder}/${store}"; ${more} }`,
      );
    await write("a", "a.sqlite");
    await using daemon = await DaemonProcess.run(
      command(["serve", "--config", config, ...HUMAN], {
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }),
    );
    const said = (what: string) => daemon.stderr.split(what).length - 1;
    const reload = async () => {
      const before = said(" reloaded\n");
      daemon.signal("SIGHUP");
      await until("it has reloaded", () => said(" reloaded\n") > before);
    };
    await write("b", "a.sqlite");
    await reload();
    await write("a", "b.sqlite");
    await reload();
    await write("a", "a.sqlite", "log_level = warn;");
    await until(
      "a warning for each",
      () => said("option=listen") === 1 && said("option=store") === 1,
    );
    daemon.signal("SIGHUP");
    await pause(300);
    // The level counts at once: that it has reloaded is not told any more.
    assertEquals(said(" reloaded\n"), 2);
    assertEquals(daemon.complaints.length, 2);
  }));

Deno.test("a reload changes the limits of requests", () =>
  withDaemon("neurald { body_limit = 100k; }", async (daemon, reload) => {
    const scan = mail("spam", 1, { metatokens: new Array(46).fill(0.125) });
    const statusOf = async () => {
      const response = await daemon.post("/v1/score", scan);
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await statusOf(), 200);
    await reload("neurald { body_limit = 200; }");
    assertEquals(await statusOf(), 413);
  }));

Deno.test("a reload gives a training up, and it is taken up again", () => {
  const config = (epochs: number) =>
    `watch_interval = 50ms; train { max_trains = 40; max_iterations = ${epochs}; }`;
  return withDaemon(config(1_000_000), async (daemon, reload) => {
    for (const scan of mails(40)) {
      await (await daemon.post("/v1/learn", scan)).body?.cancel();
    }
    const network = async () =>
      (await daemon.getStatus()).rules.default.networks[0];
    await until("training", async () => (await network()).progress);
    await reload(config(10));
    await until("a model", async () => (await network()).model);
    assertEquals((await network()).pool?.retained, { spam: 40, ham: 40 });
  });
});
