import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { zstdCompressSync } from "node:zlib";
import {
  compress,
  decompress,
  decompressionStream,
  ZstdError,
} from "../lib/zstd.ts";
import { bytesAllocated } from "./nn/allocation.ts";
import { mutationsOf } from "./nn/mutations.ts";

/** A frame that does not tell its size. */
function compressUnsized(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(zstdCompressSync(bytes));
}

/** Bytes that pack well, and some that do not. */
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 300, size: "max" }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(40_000)).map(
    ([pattern, length]) =>
      Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length]),
  ),
).map((bytes) => Uint8Array.from(bytes));

const PACKERS = { compress, compressUnsized };

for (const [name, pack] of Object.entries(PACKERS)) {
  Deno.test(`what was packed is unpacked, up to the limit: ${name}`, () => {
    fc.assert(fc.property(contents, (bytes) => {
      const packed = pack(bytes);
      assertEquals(decompress(packed, bytes.length), bytes);
      if (bytes.length === 0) return;
      assertThrows(
        () => decompress(packed, bytes.length - 1),
        ZstdError,
        `more than ${bytes.length - 1} bytes`,
      );
    }));
  });

  Deno.test(`a frame that is cut off is refused, wherever it is cut: ${name}`, () => {
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i * i);
    const packed = pack(bytes);
    for (let length = 0; length < packed.length; length++) {
      assertThrows(() => decompress(packed.slice(0, length), 4000), ZstdError);
    }
  });

  Deno.test(`a damaged frame is a ZstdError, or bytes within the limit: ${name}`, () => {
    const originals = fc.sample(contents, 30).map(pack);
    let unpacked = 0;
    const property = fc.property(mutationsOf(originals), (packed) => {
      const used = bytesAllocated(() => {
        try {
          assert(decompress(packed, 50_000).length <= 50_000);
          unpacked++;
        } catch (error) {
          assert(error instanceof ZstdError, `${error}`);
          assert(!error.message.includes("\n"));
        }
      });
      assert(used < 32 * 2 ** 20, `${used} bytes`);
    });
    fc.assert(property, { numRuns: 5000 });
    assert(unpacked > 50, `${unpacked}`);
  });
}

Deno.test("a packed frame tells its size", () => {
  for (const length of [0, 1, 255, 256, 65_791, 65_792, 1 << 20]) {
    const packed = compress(new Uint8Array(length));
    const view = new DataView(packed.buffer);
    assertEquals(view.getUint32(0, true), 0xfd2fb528);
    // One segment, so the size follows at once.
    const descriptor = packed[4];
    assertEquals(descriptor & 0x3b, 0x20);
    const size = [
      () => packed[5],
      () => view.getUint16(5, true) + 256,
      () => view.getUint32(5, true),
    ][descriptor >> 6]();
    assertEquals(size, length);
  }
});

Deno.test("bytes in the middle of a buffer are unpacked", () => {
  for (const pack of Object.values(PACKERS)) {
    const packed = pack(Uint8Array.of(1, 2, 3));
    const padded = new Uint8Array(packed.length + 20);
    padded.set(packed, 9);
    const middle = padded.subarray(9, 9 + packed.length);
    assertEquals(decompress(middle, 3), Uint8Array.of(1, 2, 3));
  }
});

/** The header of a frame without a size, and blocks of one byte each. */
function framed(window: number, blocks: number): Uint8Array {
  const bytes = [0x28, 0xb5, 0x2f, 0xfd, 0, window];
  for (let i = 0; i < blocks; i++) {
    bytes.push(i === blocks - 1 ? 9 : 8, 0, 0, 65);
  }
  return Uint8Array.from(bytes);
}

Deno.test("a window that is larger than any that is needed is refused", () => {
  const [smallest, largest] = [0, 13 << 3];
  for (const window of [smallest, largest]) {
    assertEquals(decompress(framed(window, 3), 9), new Uint8Array(3).fill(65));
  }
  for (const window of [largest + 1, 20 << 3, 0xff]) {
    const used = bytesAllocated(() => {
      assertThrows(
        () => decompress(framed(window, 3), 9),
        ZstdError,
        "a window of",
      );
    });
    assert(used < 1000);
  }
});

Deno.test("a size that is claimed takes no memory", () => {
  const claim = (size: bigint) => {
    const bytes = new Uint8Array(20);
    bytes.set([0x28, 0xb5, 0x2f, 0xfd, 0xe0]);
    new DataView(bytes.buffer).setBigUint64(5, size, true);
    bytes[13] = 1;
    return bytes;
  };
  assertEquals(decompress(claim(0n).subarray(0, 16), 0).length, 0);
  for (const size of [1n, 2n ** 26n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n]) {
    const used = bytesAllocated(() => {
      assertThrows(() => decompress(claim(size), 2 ** 26), ZstdError);
    });
    assert(used < 1000, `${used} bytes`);
  }
});

Deno.test("what follows a frame that tells its size is no part of it", () => {
  const frame = compress(Uint8Array.of(1, 2, 3));
  for (const more of [[...frame], [0], [1, 2, 3, 4, 5]]) {
    const longer = Uint8Array.from([...frame, ...more]);
    assertEquals(decompress(longer, 100), Uint8Array.of(1, 2, 3));
  }
});

/** Unpacks a stream that comes in such chunks. */
async function unpackStream(chunks: Uint8Array[]): Promise<Uint8Array> {
  const stream = ReadableStream.from(
    chunks.map((chunk) => Uint8Array.from(chunk)),
  ).pipeThrough(decompressionStream());
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunked(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, i) => bytes.slice(i * size, (i + 1) * size),
  );
}

Deno.test("a stream is unpacked, whatever its chunks, one frame or more", async () => {
  const property = fc.asyncProperty(
    fc.array(contents, { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 1, max: 200 }),
    fc.constantFrom(...Object.values(PACKERS)),
    async (parts, size, pack) => {
      const whole = parts.flatMap((part) => [...pack(part)]);
      const chunks = chunked(Uint8Array.from(whole), size);
      assertEquals(
        await unpackStream(chunks),
        Uint8Array.from(parts.flatMap((part) => [...part])),
      );
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("a stream that is cut off or damaged fails with a ZstdError", async () => {
  const bytes = Uint8Array.from({ length: 3000 }, (_, i) => i * i);
  for (const pack of Object.values(PACKERS)) {
    const packed = pack(bytes);
    for (let length = 1; length < packed.length; length += 13) {
      const chunks = chunked(packed.slice(0, length), 40);
      await assertRejects(() => unpackStream(chunks), ZstdError);
    }
    await assertRejects(
      () => unpackStream([packed, Uint8Array.of(1, 2, 3)]),
      ZstdError,
    );
    await assertRejects(
      () =>
        unpackStream([new TextEncoder().encode("no zstd at all, but long")]),
      ZstdError,
    );
  }
});

Deno.test("a stream of nothing is nothing", async () => {
  assertEquals(await unpackStream([]), new Uint8Array(0));
});
