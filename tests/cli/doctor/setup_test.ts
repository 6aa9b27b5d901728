import { assert, assertEquals, assertMatch } from "@std/assert";
import { TOKENS, WITH_TOKENS } from "../../http/access/tokens.ts";
import {
  makeCertificate,
  whyNoCertificates,
} from "../../http/server/certificates.ts";
import { Host } from "../../daemon/host.ts";
import type { Report } from "../../../lib/cli/doctor/finding.ts";
import { freePort } from "../../store/redis/server.ts";
import { inFolder } from "../neurald.ts";
import {
  assertFound,
  assertHealthy,
  diagnosed,
  type Examined,
  type Expected,
} from "./diagnosed.ts";

const ROOT = new URL("../../../", import.meta.url);
const UNIT = await Deno.readTextFile(
  new URL("contrib/systemd/neurald.service", ROOT),
);
const DAY_MS = 86_400_000;

/** Writes files below a folder, as `PATH: TEXT`. */
function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
}

const RSPAMD = {
  "etc/rspamd/plugins.d/neurald.lua": "",
  "etc/rspamd/rspamd.conf.local": 'neurald {\n  url = "http://x";\n}',
};
const ENDED = {
  "run/systemd/system/x": "",
  "etc/systemd/system/neurald.service": UNIT,
  "etc/systemd/system/multi-user.target.wants/neurald.service": UNIT,
};
const INSTALLED = {
  ...ENDED,
  "run/systemd/units/invocation:neurald.service": "",
};

/** Set-ups with which something is wrong, and what the doctor says. */
const BROKEN: [
  name: string,
  examined: Examined & { files?: Record<string, string> },
  expected: Expected,
][] = [
  ["an option that there is not", { config: "train { max_trian = 10; }" }, {
    check: "configuration",
    level: "error",
    message: /^train.max_trian: .*max_trains/,
    fix: /^edit neural.conf, line 1$/,
  }],
  ["a value that cannot be", { config: "\ntrain { max_trains = -1; }" }, {
    check: "configuration",
    level: "error",
    message: /^train.max_trains: /,
    fix: /^edit neural.conf, line 2$/,
  }],
  ["an address for strangers", { listen: "0.0.0.0:0" }, {
    check: "configuration",
    level: "error",
    message: /neurald serve will not start: other hosts reach this address/,
    fix: /^neurald password --generate/,
  }],
  ["an address of another host", { listen: "192.0.2.1:11336" }, {
    check: "address",
    level: "error",
    message: /this host cannot listen there/,
    fix: /ip address/,
  }],
  ["a folder for the socket that is not there", {
    listen: "unix:/nonexistent/neurald/socket",
  }, {
    check: "address",
    level: "error",
    message: /the folder \/nonexistent\/neurald cannot be used/,
    fix: /^install -d -o neurald \/nonexistent\/neurald$/,
  }],
  ["a path of a socket that is too long", {
    listen: `unix:/tmp/${"x".repeat(120)}`,
  }, { check: "address", level: "error", message: /at most 107 bytes/ }],
  ["a certificate that is not there", {
    config: `neurald { tls { certificate = "/none.pem"; key = "/none.key" } }`,
  }, {
    check: "certificate",
    level: "error",
    message: /^cannot read \/none.pem/,
    fix: /tls \{ certificate; key; \}/,
  }],
  ["a guard that nobody answers for", {
    config: `neurald { guards { site {
      url = "http://user:hunter2@127.0.0.1:1/?key=hunter2" } } }`,
  }, {
    check: "helpers",
    level: "warning",
    message: /^http:\/\/127.0.0.1:1\/\?\.\.\. cannot be reached .*refused/,
    fix: /guards \{ site \}/,
  }],
  ["a model from elsewhere that is not there", {
    config: 'external_model { url = "/nonexistent.rnm"; }',
  }, {
    check: "helpers",
    level: "warning",
    message: /nonexistent.rnm cannot be reached/,
    fix: /\/v1\/status/,
  }],
  ["rspamd without the plugin", { files: { "etc/rspamd/rspamd.conf": "" } }, {
    check: "rspamd",
    level: "note",
    message: /the plugin is not installed/,
    fix: /^install -D -m 644 contrib\/rspamd\/neurald.lua \/etc\/rspamd/,
  }],
  ["a plugin that knows no address", {
    files: { "etc/rspamd/plugins.d/neurald.lua": "" },
  }, {
    check: "rspamd",
    level: "warning",
    message: /not told where neurald is/,
    fix: /\/etc\/rspamd\/rspamd.conf.local/,
  }],
  ["rspamd's own module beside the plugin", { files: RSPAMD }, {
    check: "rspamd",
    level: "warning",
    message: /inserts NEURAL_SPAM and NEURAL_HAM too/,
    fix: /enabled = false; into \/etc\/rspamd\/local.d\/neural.conf/,
  }],
  ["a unit that is not installed", {
    files: { "run/systemd/system/x": "" },
  }, {
    check: "systemd",
    level: "note",
    message: /not installed/,
    fix: /systemctl enable --now neurald/,
  }],
  ["a unit that does not start with the system", {
    files: { "usr/lib/systemd/system/neurald.service": UNIT },
  }, {
    check: "systemd",
    level: "warning",
    message: /does not start with the system/,
    fix: /^systemctl enable neurald$/,
  }],
  ["a unit that has ended", {
    files: ENDED,
  }, {
    check: "systemd",
    level: "warning",
    message: /does not run now/,
    fix: /systemctl status neurald/,
  }],
  ["a unit that was changed", {
    files: {
      ...INSTALLED,
      "etc/systemd/system/neurald.service": `${UNIT}# mine\n`,
    },
  }, {
    check: "systemd",
    level: "note",
    message: /not the one that this neurald comes with/,
    fix: /^diff .* contrib\/systemd\/neurald.service/,
  }],
  ["a unit with another configuration", { files: INSTALLED }, {
    check: "configuration",
    level: "note",
    message: /uses \/etc\/neurald\/neurald.conf, which was not looked at/,
    fix: /^neurald doctor --config \/etc\/neurald\/neurald.conf$/,
  }],
];

for (const [name, { files = {}, ...examined }, expected] of BROKEN) {
  Deno.test(`the doctor finds ${name}`, () =>
    inFolder(async (folder) => {
      write(`${folder}/root`, files);
      const report = await diagnosed({
        ...examined,
        store: `sqlite:${folder}/neurald.sqlite`,
        root: `${folder}/root/`,
      });
      assertFound(report, expected);
      assert(!JSON.stringify(report).includes("hunter2"));
    }));
}

Deno.test("a host where all is as the README has it is healthy", () =>
  inFolder(async (folder) => {
    write(folder, {
      ...INSTALLED,
      ...RSPAMD,
      "etc/rspamd/local.d/neural.conf": "enabled = false;",
      "neurald.conf": "",
    });
    const report = assertHealthy(
      await diagnosed({
        store: `sqlite:${folder}/neurald.sqlite`,
        root: `${folder}/`,
      }),
    );
    assertFound(report, {
      check: "systemd",
      level: "ok",
      message: /^installed, enabled and running$/,
    });
    assertFound(report, {
      check: "rspamd",
      level: "ok",
      message: /asks neurald \(plugin\)/,
    });
  }));

Deno.test("a configuration with secrets that all may read is found", () =>
  inFolder(async (folder) => {
    const configFile = `${folder}/neurald.conf`;
    const examined = {
      configFile,
      config: WITH_TOKENS,
      store: `sqlite:${folder}/neurald.sqlite`,
    };
    write(folder, { "neurald.conf": examined.config });
    Deno.chmodSync(configFile, 0o644);
    assertFound(await diagnosed(examined), {
      check: "permissions",
      level: "warning",
      message: /everybody may read it/,
      fix: /chmod 640 .*neurald.conf/,
    });
    Deno.chmodSync(configFile, 0o640);
    assertHealthy(await diagnosed(examined));
  }));

Deno.test({
  name: "a certificate that expires, or has expired, is found",
  ignore: whyNoCertificates !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const { certificate, key } = await makeCertificate(folder, "mine", 30);
      const other = await makeCertificate(folder, "other");
      const withKey = (key: string) => ({
        config: `neurald { tls {
          certificate = "${certificate}"; key = "${key}"; } }`,
        store: `sqlite:${folder}/neurald.sqlite`,
      });
      const examined = withKey(key);
      assertHealthy(await diagnosed(examined));
      for (
        const [days, level, message] of [
          [20, "warning", /^it expires in (9|10) days/],
          [40, "error", /^it has expired/],
        ] as const
      ) {
        const report = await diagnosed({ ...examined, aheadMs: days * DAY_MS });
        const fix = /renew.*systemctl reload neurald/;
        assertFound(report, { check: "certificate", level, message, fix });
      }
      assertFound(await diagnosed(withKey(other.key)), {
        check: "certificate",
        level: "error",
        message: /is not the key of the certificate/,
      });
    }),
});

Deno.test({
  name: "a neurald that serves HTTPS is not taken for somebody else",
  ignore: whyNoCertificates !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const { certificate, key } = await makeCertificate(folder, "mine");
      const config = `neurald { tls {
        certificate = "${certificate}"; key = "${key}"; } }`;
      await using host = await Host.start(config);
      const examined = {
        config,
        store: `sqlite:${host.path}`,
        listen: new URL(host.url).host,
      };
      assertFound(assertHealthy(await diagnosed(examined)), {
        check: "address",
        level: "note",
        message: /^somebody serves HTTPS there/,
        fix: /--server https:\/\/NAME:PORT.*--ca FILE/,
      });
      const ca = await Deno.readTextFile(certificate);
      assertFound(assertHealthy(await diagnosed({ ...examined, ca })), {
        check: "address",
        level: "ok",
        message: /is ready$/,
      });
    }),
});

Deno.test("somebody else who has the port, or the socket, is found", () =>
  inFolder(async (folder) => {
    const store = `sqlite:${folder}/neurald.sqlite`;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: freePort(), onListen: () => {} },
      () => new Response("hello"),
    );
    const { port } = server.addr;
    assertFound(await diagnosed({ store, listen: `127.0.0.1:${port}` }), {
      check: "address",
      level: "error",
      message: /somebody listens there who does not answer as neurald does/,
      fix: new RegExp(`^ss -ltnp 'sport = :${port}' tells who`),
    });
    const path = `${folder}/socket`;
    await using other = Deno.serve(
      { path, onListen: () => {} },
      () => new Response("hello"),
    );
    assertFound(await diagnosed({ store, listen: `unix:${path}` }), {
      check: "address",
      level: "error",
      message: /who is not neurald/,
      fix: /^ss -lxp/,
    });
    await other.shutdown();
    Deno.writeTextFileSync(`${folder}/file`, "");
    assertFound(await diagnosed({ store, listen: `unix:${folder}/file` }), {
      check: "address",
      level: "error",
      message: /which is no socket/,
      fix: /^mv /,
    });
  }));

Deno.test("a neurald that listens is known, and asked with a token", async () => {
  await using host = await Host.start(WITH_TOKENS);
  const examined = {
    store: `sqlite:${host.path}`,
    listen: new URL(host.url).host,
  };
  assertFound(await diagnosed(examined), {
    check: "address",
    level: "note",
    message: /^neurald answers there, and tells more to who has a token$/,
    fix: /--token-file/,
  });
  assertFound(await diagnosed({ ...examined, token: TOKENS.read }), {
    check: "address",
    level: "ok",
    message: /is ready$/,
  });
});

/** Looks at a host where somebody has the port who never answers. */
async function besideSilence(examined: Examined): Promise<Report> {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: freePort() });
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of silent) accepted.push(connection);
  })();
  const { port } = silent.addr;
  const report = await diagnosed({ ...examined, listen: `127.0.0.1:${port}` });
  accepted.forEach((connection) => connection.close());
  silent.close();
  await accepting;
  return report;
}

Deno.test("somebody who never answers is found, and keeps nothing", () =>
  inFolder(async (folder) => {
    const store = `sqlite:${folder}/neurald.sqlite`;
    const report = await besideSilence({ store, askMs: 200 });
    const [error, ...others] = report.findings
      .filter(({ level }) => level === "error");
    assertEquals(others, []);
    assertEquals(error.check, "address");
    assertMatch(error.fix!, /^ss -ltnp/);
  }));

Deno.test("a check that takes too long is given up, and keeps no other", () =>
  inFolder(async (folder) => {
    const store = `sqlite:${folder}/neurald.sqlite`;
    const report = await besideSilence({ store, askMs: 2_000, limitMs: 500 });
    assertFound(report, {
      check: "address",
      level: "error",
      message: /given up after 0.5 s/,
    });
    assertFound(report, { check: "systemd", level: "ok", message: /./ });
    assertFound(report, { check: "permissions", level: "ok", message: /./ });
  }));
