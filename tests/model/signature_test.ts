import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  generateKeyPair,
  isSignedBy,
  KeyError,
  publicOf,
  readPrivateKey,
  readPublicKey,
  sign,
  SIGNATURE_BYTES,
} from "../../lib/model/signature.ts";
import { decodeZBase32, encodeZBase32 } from "../../lib/model/z_base_32.ts";

/** Made by `rspamadm keypair -s` (3.4). */
const RSPAMD = {
  publicKey: "efqoop9abph4gptduury7d3r3pgbia99ct3w8b57ohdau94g454b",
  privateKey: "ns7dg19qoqo4hu93o51r4c3tki7bh4w4wjhdrdoisas4r8rjwu5okhyb56td4" +
    "aip4n8g8jy481j15cnkt993nujxns5b38o89ipwzid",
};

const bytes = fc.uint8Array({ maxLength: 200 })
  .map((bytes) => Uint8Array.from(bytes));

/** The first key of RFC 8032, 7.1. */
const RFC_8032 = {
  seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
  publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  signature:
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
};

Deno.test("z-base-32 is read as it is written", () => {
  fc.assert(fc.property(bytes, (bytes) => {
    const text = encodeZBase32(bytes);
    assertEquals(decodeZBase32(text, bytes.length), bytes);
    assertEquals(decodeZBase32(text.toUpperCase(), bytes.length), bytes);
    assertEquals(decodeZBase32(text + "y", bytes.length), undefined);
    assertEquals(decodeZBase32(`${text.slice(1)}l`, bytes.length), undefined);
  }));
  assertEquals(decodeZBase32("9".repeat(52), 32), undefined);
});

Deno.test("what was signed is known again, and nothing else", async () => {
  const pair = await generateKeyPair();
  const other = await generateKeyPair();
  const key = await readPrivateKey(pair.privateKey);
  const open = await readPublicKey(pair.publicKey);
  const stranger = await readPublicKey(other.publicKey);
  assertEquals(await publicOf(key), pair.publicKey);
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(), async (file, at) => {
      const signature = await sign(file, key);
      assertEquals(signature.length, SIGNATURE_BYTES);
      assert(await isSignedBy(file, signature, open));
      assert(!await isSignedBy(file, signature, stranger));
      const longer = Uint8Array.of(...file, 0);
      assert(!await isSignedBy(longer, signature, open));
      const damaged = signature.slice();
      damaged[at % damaged.length] ^= 1;
      assert(!await isSignedBy(file, damaged, open));
      assert(!await isSignedBy(file, signature.slice(1), open));
    }),
    { numRuns: 30 },
  );
});

Deno.test("keys and signatures are those of RFC 8032", async () => {
  const key = await readPrivateKey(RFC_8032.seed);
  const signature = await sign(new Uint8Array(), key);
  assertEquals(signature.toHex(), RFC_8032.signature);
  const open = await readPublicKey(RFC_8032.publicKey);
  assert(await isSignedBy(new Uint8Array(), signature, open));
});

Deno.test("keys of rspamd can be read", async () => {
  const key = await readPrivateKey(RSPAMD.privateKey);
  assertEquals(await publicOf(key), RSPAMD.publicKey);
  const signature = await sign(new Uint8Array(3), key);
  const open = await readPublicKey(RSPAMD.publicKey);
  assert(await isSignedBy(new Uint8Array(3), signature, open));
});

Deno.test("what is no key is refused", async () => {
  for (const text of ["", "x", RSPAMD.privateKey, "l".repeat(52)]) {
    await assertRejects(() => readPublicKey(text), KeyError, "no public key");
  }
  const { publicKey, privateKey } = RSPAMD;
  const others = await generateKeyPair();
  const mixed = encodeZBase32(
    Uint8Array.of(
      ...decodeZBase32(privateKey, 64)!.subarray(0, 32),
      ...decodeZBase32(others.publicKey, 32)!,
    ),
  );
  for (const text of ["", "x", publicKey + privateKey, mixed]) {
    await assertRejects(() => readPrivateKey(text), KeyError, "no private key");
  }
});
