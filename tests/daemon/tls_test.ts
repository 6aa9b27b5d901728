import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder, neurald } from "../cli/neurald.ts";
import {
  makeCertificate,
  whyNoCertificates,
} from "../http/server/certificates.ts";
import { bearer, TOKENS, WITH_TOKENS } from "../http/access/tokens.ts";
import { DaemonProcess, HUMAN } from "./process.ts";
import { until } from "./until.ts";

// deno-lint-ignore no-console
if (whyNoCertificates) console.log(`skipped: TLS: ${whyNoCertificates}`);
const ignore = whyNoCertificates !== undefined;

/** Asks by HTTPS; the answer, or why there is none. */
async function ask(
  url: string,
  ca: string,
  headers: Record<string, string> = {},
): Promise<number | string> {
  using client = Deno.createHttpClient({
    caCerts: [await Deno.readTextFile(ca)],
  });
  try {
    const response = await fetch(url, { client, headers });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return (error as Error).message;
  }
}

function configuration({ certificate, key }: Record<string, string>): string {
  return WITH_TOKENS.replace(
    "neurald {",
    `neurald { tls { certificate = "${certificate}"; key = "${key}"; } `,
  );
}

Deno.test(
  "HTTPS by certificate files, which are read again",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const first = await makeCertificate(folder, "first");
      const second = await makeCertificate(folder, "second");
      const config = `${folder}/neurald.conf`;
      await Deno.writeTextFile(config, configuration(first));
      await using daemon = await DaemonProcess.start({
        store: `${folder}/store.sqlite`,
        listen: "0.0.0.0:0",
        config,
      });
      const { port, protocol } = new URL(daemon.url);
      assertEquals(protocol, "https:");
      const server = `https://127.0.0.1:${port}`;
      const status = `${server}/v1/status`;
      assertEquals(await ask(status, first.certificate), 401);
      const token = bearer(TOKENS.read);
      assertEquals(await ask(status, first.certificate, token), 200);
      assertStringIncludes(
        String(await ask(status, second.certificate, token)),
        "certificate",
      );

      await Deno.writeTextFile(`${folder}/token`, `${TOKENS.write}\n`);
      const input = '{"symbols":{"A":1},"class":"spam"}\n';
      const learn = ["learn", "--server", server];
      const ca = ["--ca", first.certificate];
      const byFile = await neurald(
        [...learn, ...ca, "--token-file", `${folder}/token`],
        { input },
      );
      assertEquals(byFile.code, 0, byFile.stderr);
      const env = { NEURALD_TOKEN: TOKENS.write };
      const byVariable = await neurald([...learn, ...ca], { input, env });
      assertEquals(byVariable.code, 0, byVariable.stderr);
      const withoutToken = await neurald([...learn, ...ca], { input });
      assertEquals(withoutToken.code, 1);
      assertStringIncludes(withoutToken.stderr, "401");
      const withoutCa = await neurald(learn, { input, env });
      assertEquals(withoutCa.code, 1);
      assertStringIncludes(withoutCa.stderr, "certificate");

      // One that cannot be used changes nothing.
      await Deno.writeTextFile(
        config,
        configuration({ ...second, key: first.key }),
      );
      daemon.signal("SIGHUP");
      await until(
        "it refuses",
        () => daemon.stderr.includes("is not the key of the certificate"),
      );
      assertEquals(await ask(status, first.certificate, token), 200);

      await Deno.writeTextFile(config, configuration(second));
      daemon.signal("SIGHUP");
      await until("it reloads", () => daemon.stderr.includes(" info reloaded"));
      assertEquals(await ask(status, second.certificate, token), 200);
      assertStringIncludes(
        String(await ask(status, first.certificate, token)),
        "certificate",
      );
      const { status: end } = await daemon.end("SIGTERM");
      assertEquals(end.code, 0, daemon.stderr);
    }),
);

Deno.test(
  "a certificate that cannot be used is told",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const good = await makeCertificate(folder, "good");
      const other = await makeCertificate(folder, "other");
      await Deno.writeTextFile(`${folder}/text`, "no certificate");
      const cases: [Record<string, string>, said: string][] = [
        [
          { ...good, certificate: `${folder}/none` },
          `cannot read ${folder}/none`,
        ],
        [{ ...good, certificate: `${folder}/text` }, "holds no certificate"],
        [{ ...good, key: `${folder}/text` }, "holds no private key"],
        [{ ...good, key: other.key }, `${other.key} is not the key of`],
      ];
      for (const [files, said] of cases) {
        const { code, stderr } = await neurald([
          ...["serve", "--config", "-", "--listen", "127.0.0.1:0"],
          ...["--store", `sqlite:${folder}/store.sqlite`],
        ], { input: configuration(files) });
        assertEquals(code, 1);
        assertStringIncludes(stderr, said);
        assert(!/ {4}at |PRIVATE KEY/.test(stderr), stderr);
      }
    }),
);

Deno.test("without tokens other hosts are not served", () =>
  inFolder(async (folder) => {
    const store = ["--store", `sqlite:${folder}/store.sqlite`];
    for (const listen of ["0.0.0.0:0", "[::]:0", "*:0", "192.0.2.1:0"]) {
      const byFlag = await neurald(["serve", "--listen", listen, ...store]);
      assertEquals(byFlag.code, 2);
      assertStringIncludes(byFlag.stderr, "neurald password");
      const input = `neurald { listen = "${listen}"; }`;
      for (
        const args of [["serve", ...HUMAN, ...store], ["config", "check"]]
      ) {
        const byConfig = await neurald([...args, "--config", "-"], { input });
        assertEquals(byConfig.code, 2, args[0]);
        assertStringIncludes(byConfig.stderr, "error: neurald.listen: ");
      }
    }
  }));

Deno.test("tokens guard a Unix socket too, which has its permissions", () =>
  inFolder(async (folder) => {
    const config = `${folder}/neurald.conf`;
    const listen = `unix:${folder}/socket`;
    await Deno.writeTextFile(
      config,
      WITH_TOKENS.replace("neurald {", 'neurald { socket_mode = "0600";'),
    );
    const store = `${folder}/store.sqlite`;
    await using _daemon = await DaemonProcess.start({ store, listen, config });
    assertEquals(Deno.statSync(`${folder}/socket`).mode! & 0o777, 0o600);
    const input = '{"symbols":{"A":1},"class":"spam"}\n';
    const learn = (token: string) =>
      neurald(["learn", "--server", listen], {
        input,
        env: { NEURALD_TOKEN: token },
      });
    assertEquals((await learn(TOKENS.write)).code, 0);
    assertStringIncludes((await learn(TOKENS.read)).stderr, "403");
    assertStringIncludes((await learn("wrong")).stderr, "401");
  }));

Deno.test("a client refuses tokens and certificates that are none", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/lines`, "secret one\nsecret two\n");
    const pem =
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    await Deno.writeTextFile(`${folder}/pem`, pem);
    const cases: [args: string[], code: number, said: string][] = [
      [["--token-file", `${folder}/lines`], 2, "the token is none"],
      [["--token-file", `${folder}/none`], 2, "there is no file"],
      [["--ca", `${folder}/none`], 2, "there is no file"],
      [["--ca", `${folder}/pem`, "--server", "https://127.0.0.1:1"], 2, "--ca"],
    ];
    for (const [args, code, said] of cases) {
      const outcome = await neurald(["score", ...args]);
      assertEquals(outcome.code, code, outcome.stderr);
      assertStringIncludes(outcome.stderr, said);
      assert(!/secret| {4}at /.test(outcome.stderr), outcome.stderr);
    }
  }));
