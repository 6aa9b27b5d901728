/** Signatures as rspamd makes and checks them. */

import { assert, assertEquals } from "@std/assert";
import {
  generateKeyPair,
  isSignedBy,
  readPrivateKey,
  readPublicKey,
  sign,
} from "../../lib/model/signature.ts";
import { whyUnavailable } from "../config/ucl/rspamadm.ts";

Deno.test({
  name: "rspamadm signtool and neurald know each other's signatures",
  ignore: whyUnavailable() !== undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const pair = await generateKeyPair();
      const open = await readPublicKey(pair.publicKey);
      const file = crypto.getRandomValues(new Uint8Array(1000));
      await Deno.writeFile(`${folder}/model`, file);
      await Deno.writeTextFile(
        `${folder}/keypair`,
        `keypair { pubkey = ${pair.publicKey}; privkey = ${pair.privateKey}; ` +
          "type = sign; }",
      );
      assert(await signtool("-k", `${folder}/keypair`, `${folder}/model`));
      const signature = await Deno.readFile(`${folder}/model.sig`);
      assert(await isSignedBy(file, signature, open));

      const own = await sign(file, await readPrivateKey(pair.privateKey));
      assertEquals(own, signature);
      const verify = ["-v", "-p", pair.publicKey, `${folder}/model`];
      assert(await signtool(...verify));
      own[9] ^= 1;
      await Deno.writeFile(`${folder}/model.sig`, own);
      assert(!await signtool(...verify));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function signtool(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("rspamadm", {
    args: ["signtool", ...args],
  }).output();
  return success;
}
