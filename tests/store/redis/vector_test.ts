import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { constants, zstdCompressSync, type ZstdOptions } from "node:zlib";
import { MAX_METATOKEN } from "../../../lib/features/metatokens.ts";
import { Connection } from "../../../lib/store/redis/connection.ts";
import {
  decodeVector,
  encodeVector,
  VectorError,
} from "../../../lib/store/redis/vector.ts";
import { compress, decompress } from "../../../lib/zstd.ts";
import { mutationsOf } from "../../nn/mutations.ts";
import { hasRspamadm, runLua } from "../../nn/rspamadm.ts";
import { type RedisDump, rspamdDump } from "./fixture.ts";
import { redisTest } from "./redis_test_case.ts";
import { RedisServer } from "./server.ts";

const encoder = new TextEncoder();
const pack = (text: string) => compress(encoder.encode(text));

/** Frames that neurald does not write, but others may. */
const KINDS = {
  "no size": { hasSize: false, hasChecksum: false },
  "no size, a checksum": { hasSize: false, hasChecksum: true },
  "a size and a checksum": { hasSize: true, hasChecksum: true },
};
type Kind = typeof KINDS[keyof typeof KINDS];

/** Packs a text into one frame. */
function packAs(text: string, { hasSize, hasChecksum }: Kind): Uint8Array {
  const bytes = encoder.encode(text);
  const options: ZstdOptions & { pledgedSrcSize?: number } = {
    pledgedSrcSize: hasSize ? bytes.length : undefined,
    params: { [constants.ZSTD_c_checksumFlag]: hasChecksum ? 1 : 0 },
    // Else an empty frame may follow.
    chunkSize: bytes.length + 64,
  };
  return new Uint8Array(zstdCompressSync(bytes, options));
}

/** Every set of vectors of a dump, with the length that its profile says. */
function vectorSets(
  { values }: RedisDump,
  metatokens: number,
): { key: string; length: number; vectors: Uint8Array[] }[] {
  const symbols = new Map<string, number>();
  for (const value of values.values()) {
    if (value.type !== "zset") continue;
    for (const member of value.members) {
      const profile = JSON.parse(member.value);
      symbols.set(profile.redis_key, profile.symbols.length);
    }
  }
  return [...values].flatMap(([key, value]) => {
    if (value.type !== "set") return [];
    const model = key.replace(/_(spam|ham)_set$/, "");
    const length = metatokens + symbols.get(model)!;
    return [{ key, length, vectors: value.members }];
  });
}

for (
  const { folder, metatokens, count } of [
    { folder: "rspamd-3.4", metatokens: 26, count: 739 },
    { folder: "rspamd-4.1.6", metatokens: 46, count: 800 },
  ]
) {
  Deno.test(`the vectors of ${folder} are read and written as they are`, () => {
    let vectors = 0;
    for (const set of vectorSets(rspamdDump(folder), metatokens)) {
      for (const vector of set.vectors) {
        const written = encodeVector(decodeVector(vector, set.length));
        assertEquals(textOf(written), textOf(vector));
        vectors++;
      }
    }
    assertEquals(vectors, count);
  });
}

function textOf(vector: Uint8Array): string {
  return new TextDecoder().decode(decompress(vector, 100_000));
}

redisTest(
  "a vector that rspamd stored in Redis is not stored twice",
  async () => {
    await using server = await RedisServer.start();
    const connection = await Connection.open(server.url);
    try {
      const dump = rspamdDump("rspamd-4.1.6");
      await dump.restore((...args) => connection.ask(...args));
      for (const { key, length, vectors } of vectorSets(dump, 46)) {
        const stored = await connection.ask("SMEMBERS", key) as Uint8Array[];
        assertEquals(stored.length, vectors.length);
        const written = stored.map((one) =>
          encodeVector(decodeVector(one, length))
        );
        assertEquals(await connection.ask("SADD", key, ...written), 0);
      }
    } finally {
      await connection.close();
    }
  },
);

redisTest("a dump is restored as it was", async () => {
  await using server = await RedisServer.start();
  const connection = await Connection.open(server.url);
  const send = async (...args: string[]) => {
    const reply = await connection.ask(...args);
    return reply instanceof Uint8Array
      ? new TextDecoder().decode(reply)
      : reply;
  };
  try {
    const dump = rspamdDump("rspamd-4.1.6");
    await dump.restore((...args) => connection.ask(...args));
    assertEquals(await send("DBSIZE"), dump.values.size);
    for (const [key, value] of dump.values) {
      assertEquals(await send("TYPE", key), value.type);
      const seconds = await send("TTL", key) as number;
      assert(Math.abs(seconds - (value.expireSeconds ?? -1)) <= 5, key);
      switch (value.type) {
        case "zset":
          for (const member of value.members) {
            const score = await send("ZSCORE", key, member.value);
            assertEquals(Number(score), member.score);
          }
          break;
        case "hash":
          for (const [name, bytes] of Object.entries(value.fields)) {
            const stored = await connection.ask("HGET", key, name);
            assertEquals(Uint8Array.from(stored as Uint8Array), bytes);
          }
          break;
        case "set":
          assertEquals(await send("SCARD", key), value.members.length);
      }
    }
  } finally {
    await connection.close();
  }
});

Deno.test({
  name: "a real rspamd reads what is written",
  ignore: !hasRspamadm(),
  fn() {
    const vectors = fc.sample(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
        minLength: 1,
        maxLength: 700,
        size: "max",
      }),
      50,
    );
    const { out } = runLua(
      `
local util = require "rspamd_util"
local lua_util = require "lua_util"
local lines = {}
for hex in read("in"):gmatch("[^\\n]+") do
  local packed = hex:gsub("..", function(byte)
    return string.char(tonumber(byte, 16))
  end)
  local _, text = util.zstd_decompress(packed)
  local numbers = {}
  for _, element in ipairs(lua_util.str_split(tostring(text), ";")) do
    numbers[#numbers + 1] = string.format("%.17g", tonumber(element))
  end
  lines[#lines + 1] = table.concat(numbers, " ") .. "\\n"
end
write("out", table.concat(lines))
`,
      { in: vectors.map((one) => encodeVector(one).toHex() + "\n").join("") },
    );
    const read = new TextDecoder().decode(out).trim().split("\n")
      .map((line) => line.split(" ").map(Number));
    assertEquals(
      read,
      vectors.map((one) => decodeVector(encodeVector(one), one.length)),
    );
  },
});

/** Bytes that are no vector of three numbers, and why. */
const WRONG: [string, Uint8Array, string][] = [
  ["nothing", new Uint8Array(), "no zstd data: it lacks the magic"],
  ["plain text", encoder.encode("0;1;2"), "no zstd data: it lacks the magic"],
  ["too few", pack("0;1"), "2 numbers instead of 3"],
  ["no text", pack(""), "0 numbers instead of 3"],
  ["too many", pack("0;1;2;3"), "4 numbers instead of 3"],
  ["an empty element", pack("0;;2"), "element 2 is empty"],
  ["no number", pack("0;1;nan"), 'element 3 is not a number: "nan"'],
  ["too large", pack("0;1e999;2"), 'element 2 is beyond ±1000000: "1e999"'],
  [
    "a byte order mark",
    pack("\ufeff0;1;2"),
    'element 1 is not a number: "\ufeff0"',
  ],
  [
    "no UTF-8",
    compress(Uint8Array.of(0x30, 0x3b, 0xff, 0x3b, 0x31)),
    "unpacked, it is not UTF-8 text",
  ],
  [
    "a bomb",
    compress(new Uint8Array(50_000_000)),
    "zstd data unpacks to more than 75 bytes",
  ],
  [
    "a bomb that hides its size",
    packAs("0;".repeat(1_000_000), KINDS["no size"]),
    "zstd data unpacks to more than 75 bytes",
  ],
  [
    "trailing bytes",
    Uint8Array.of(...pack("0;1;2"), 0, 0, 0),
    "bytes after the end of the zstd data: 3",
  ],
];

for (const [name, bytes, reason] of WRONG) {
  Deno.test(`what is no vector is refused: ${name}`, () => {
    const error = assertThrows(() => decodeVector(bytes, 3), VectorError);
    assertEquals(error.message, reason);
  });
}

Deno.test("a vector is one frame, however long it is", () => {
  for (const length of [0, 1, 26, 700, 3000, 100_000]) {
    const vector = Array.from({ length }, (_, i) => Math.sin(i) * 1e6);
    const read = decodeVector(encodeVector(vector), length);
    vector.forEach((x, i) => assertAlmostEquals(read[i], x, 1e-7));
  }
});

Deno.test("the longest doubles are within the limit", () => {
  const longest = "-2.2250738585072014e-308";
  const text = Array(700).fill(longest).join(";");
  assertEquals(
    decodeVector(packAs(text, KINDS["no size"]), 700),
    Array(700).fill(Number(longest)),
  );
});

/** Text of more than one block of zstd. */
const MANY_BLOCKS = Array.from(
  { length: 50_000 },
  (_, i) => Math.sin(i).toFixed(6),
).join(";");

for (
  const [name, text, length] of [
    ["short", "0;1;2", 3],
    ["long", Array(700).fill("0;0.25").join(";"), 1400],
    ["many blocks", MANY_BLOCKS, 50_000],
  ] as [string, string, number][]
) {
  for (const [kindName, kind] of Object.entries(KINDS)) {
    Deno.test(`a vector must be all of the bytes: ${name}, ${kindName}`, () => {
      const packed = packAs(text, kind);
      assertEquals(decodeVector(packed, length).length, length);
      const tails = [
        [0],
        packed,
        pack(""),
        // A frame that is skipped.
        [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9],
      ];
      const others = [
        ...tails.map((tail) => Uint8Array.from([...packed, ...tail])),
        packed.slice(0, -1),
        packed.slice(0, -4),
        packed.slice(0, packed.length / 2),
      ];
      for (const bytes of others) {
        assertThrows(() => decodeVector(bytes, length), VectorError);
      }
    });
  }
}

/** A frame by hand (RFC 8878, 3.1.1): one segment, so its size is told. */
function frame(descriptor: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20 | descriptor, ...rest);
}

const LAST = 1;
const RUN_LENGTH = 2;
const ONE = "1".charCodeAt(0);

Deno.test("frames that a packer seldom makes are read to their end", () => {
  const run = [3 << 3 | RUN_LENGTH | LAST, 0, 0, ONE];
  assertEquals(decodeVector(frame(0, 3, ...run), 1), [111]);
  // The number of a dictionary in one byte: 0 for none.
  assertEquals(decodeVector(frame(1, 0, 3, ...run), 1), [111]);
  const first = [1 << 3, 0, 0, ONE];
  const end = [LAST, 0, 0];
  assertEquals(decodeVector(frame(0, 1, ...first, ...end), 1), [1]);
  assertThrows(
    () => decodeVector(frame(0, 1, ...first), 1),
    VectorError,
    "zstd data cut off",
  );
});

Deno.test("a damaged vector is a VectorError, or another vector", () => {
  const vectors = [[0, 1, 2], Array(100).fill(0.1), [...Array(300).keys()]];
  const originals = vectors.flatMap((vector) => [
    encodeVector(vector),
    ...Object.values(KINDS).map((kind) => packAs(vector.join(";"), kind)),
  ]);
  let refused = 0;
  fc.assert(
    fc.property(
      mutationsOf(originals),
      fc.constantFrom(...vectors),
      (bytes, { length }) => {
        try {
          const vector = decodeVector(bytes, length);
          assertEquals(vector.length, length);
          assert(vector.every((x) => Math.abs(x) <= MAX_METATOKEN));
        } catch (error) {
          assert(error instanceof VectorError, `${error}`);
          refused++;
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert(refused > 100, `only ${refused} were refused`);
});
