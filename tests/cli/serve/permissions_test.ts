import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  lacking,
  type Reach,
  servingNeeds,
  startingNeeds,
  threadPermissions,
} from "../../../lib/cli/serve/permissions.ts";
import { parseListenAddress } from "../../../lib/config/address.ts";
import { configOf } from "../../daemon/host.ts";
import { inFolder } from "../neurald.ts";

const SQLITE = "sqlite:/var/lib/none/neurald.sqlite";

/** @param store by default a file; `null`: the Redis of the configuration */
function needsOf(
  config: string,
  { listen = "127.0.0.1:11336", store = SQLITE }: {
    listen?: string;
    store?: string | null;
  } = {},
): Reach {
  return servingNeeds({
    config: configOf(config),
    files: ["/etc/none/neurald.conf"],
    listen: parseListenAddress(listen)!,
    store: store ?? undefined,
  });
}

const NOTHING: Reach = { net: [], read: [], write: [] };
const OWN = ["127.0.0.1:11336", "[::1]:11336"];
const HTTP_MODEL = 'external_model { url = "https://models.example.org/m"; ' +
  'sign_key = "efqoop9abph4gptduury7d3r3pgbia99ct3w8b57ohdau94g454b"; }';

for (
  const [what, config, options, expected] of [
    ["alone", "", {}, OWN],
    ["at a socket", "", { listen: "unix:/run/none/socket" }, []],
    [
      "at another address",
      "neurald { tokens { } }",
      { listen: "192.0.2.1:1234" },
      ["192.0.2.1:1234", "127.0.0.1:1234", "[::1]:1234"],
    ],
    ["with a Redis", "", { store: "redis://r.example.org" }, [
      ...OWN,
      "r.example.org:6379",
    ]],
    [
      "with one of several Redis",
      'redis { servers = "one:7000,[2001:db8::2]:7001"; }',
      { store: null },
      [...OWN, "one:7000", "[2001:db8::2]:7001"],
    ],
    ["with a cluster", "", { store: "redis+cluster://a:1,b:2" }, "all"],
    [
      "with sentinels",
      'redis { servers = "a"; sentinels = "s"; }',
      { store: null },
      "all",
    ],
    [
      "with guards",
      "autolearn { enabled = true; spam_score = 6; ham_score = -2; }" +
      'neurald { guards { a { url = "http://[::1]:81/x"; } ' +
      'b { url = "https://g.example.org/"; } } }',
      {},
      [...OWN, "[::1]:81", "g.example.org:443"],
    ],
    ["with a model from elsewhere", HTTP_MODEL, {}, "all"],
    [
      "with a rule that is off",
      `rules { ON { } OFF { enabled = false; symbol_spam = "S"; symbol_ham = "H"; ${HTTP_MODEL} } }`,
      {},
      OWN,
    ],
    [
      "with a model in a file",
      'external_model { url = "/srv/none/model.rnm"; }',
      {},
      OWN,
    ],
  ] as const
) {
  Deno.test(`${what}, a daemon needs the network for what it names`, () => {
    const serving = needsOf(config, options);
    const { net } = threadPermissions({ serving, starting: NOTHING });
    if (expected === "all") assertEquals(net, true);
    else {
      assertEquals(
        new Set(net === false ? [] : net as string[]),
        new Set(expected),
      );
    }
  });
}

Deno.test("what serves reads its own folders, and writes its socket only", () => {
  const { read, write } = needsOf(
    'external_model { url = "/srv/none/model.rnm"; }' +
      'neurald { tls { certificate = "/etc/none/tls/c.pem"; ' +
      'key = "/etc/none/keys/k.pem"; } tokens { } }',
    { listen: "unix:/run/none/socket", store: "redis+unix:///run/redis/none" },
  );
  for (
    const path of [
      "/etc/none",
      "/etc/none/tls",
      "/etc/none/keys",
      "/srv/none",
      "/run/none/socket",
      "/run/redis/none",
    ]
  ) {
    assert(read.includes(path), path);
  }
  for (const path of ["/", "/etc", "/srv", "/run"]) {
    assert(!read.includes(path), path);
  }
  assertEquals(
    new Set(write),
    new Set(["/run/none/socket", "/run/redis/none"]),
  );
  assertEquals(needsOf("").write, []);
});

Deno.test("links are followed, since where they lead is what counts", () =>
  inFolder(async (given) => {
    const folder = await Deno.realPath(given);
    await Deno.mkdir(`${folder}/archive`);
    await Deno.mkdir(`${folder}/live`);
    await Deno.writeTextFile(`${folder}/archive/cert1.pem`, "");
    await Deno.symlink(`../archive/cert1.pem`, `${folder}/live/cert.pem`);
    const file = `${folder}/live/cert.pem`;
    const { read } = needsOf(
      `neurald { tls { certificate = "${file}"; key = "${file}"; } }`,
    );
    assert(read.includes(`${folder}/live`));
    assert(read.includes(`${folder}/archive`));
    await Deno.symlink("archive", `${folder}/state`);
    const starting = startingNeeds({
      config: configOf(""),
      files: [],
      listen: parseListenAddress("127.0.0.1:1")!,
      store: `sqlite:${folder}/state/neurald.sqlite`,
    });
    assertEquals(starting.write, [`${folder}/state`, `${folder}/archive`]);
  }));

Deno.test("nothing is lacking that was given, or is in what was given", () => {
  const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1 })
    .map((names) => `/${names.join("/")}`);
  const reach = fc.record({
    net: fc.array(fc.constantFrom("a:1", "b:2", "[::1]:3", "*")),
    read: fc.array(path),
    write: fc.array(path),
  });
  fc.assert(fc.property(reach, reach, (one, other) => {
    assertEquals(lacking(one, one), []);
    const deeper = { ...one, read: one.read.map((path) => `${path}/x`) };
    assertEquals(lacking(deeper, one), []);
    const more = lacking(one, other);
    const both = {
      net: [...one.net, ...other.net],
      read: [...one.read, ...other.read],
      write: [...one.write, ...other.write],
    };
    assertEquals(lacking(one, both), []);
    for (const path of one.read) {
      const isCovered = other.read.some((given) =>
        `${path}/`.startsWith(`${given}/`)
      );
      assertEquals(more.includes(`to read ${path}`), !isCovered);
    }
  }));
});
