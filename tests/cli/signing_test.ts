import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { whyUnavailable } from "../config/ucl/rspamadm.ts";
import { inFolder, neurald, type Outcome } from "./neurald.ts";

function models(...args: string[]): Promise<Outcome> {
  return neurald(["models", ...args]);
}

/** What went well. */
async function good(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await models(...args);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** What went wrong, told in one line. */
async function bad(
  exitCode: number,
  said: string,
  ...args: string[]
): Promise<void> {
  const { code, stdout, stderr } = await models(...args);
  assertEquals([code, stdout], [exitCode, ""], stderr);
  assert(/^neurald: [^\n]+\n$/.test(stderr), stderr);
  assertStringIncludes(stderr, said);
}

Deno.test("a model file is signed, and its signature checked", () =>
  inFolder(async (folder) => {
    const [keys, others, model] = ["keys", "others", "model.rnm"]
      .map((name) => `${folder}/${name}`);
    const line = await good("keygen", "-o", keys);
    const publicKey = /^sign_key = "(\w{52})";\n$/.exec(line)![1];
    assertEquals((await Deno.stat(keys)).mode! & 0o777, 0o600);
    await bad(2, "cannot write", "keygen", "-o", keys);
    await good("keygen", "-o", others);

    await Deno.writeTextFile(model, "a model");
    assertStringIncludes(await good("sign", "--key", keys, model), publicKey);
    for (const key of [publicKey, keys]) {
      assertEquals(
        await good("verify", "--key", key, model),
        `${model}.sig is good\n`,
      );
    }
    assertEquals(
      await good("verify", "--json", "--key", keys, model),
      '{"valid":true}\n',
    );
    await bad(1, "is not the signature", "verify", "--key", others, model);
    await Deno.writeTextFile(model, "another model");
    await bad(1, "is not the signature", "verify", "--key", keys, model);

    await Deno.writeTextFile(others, "no key");
    await bad(2, "no private key", "sign", "--key", others, model);
    await bad(2, "no public key", "verify", "--key", others, model);
    await bad(2, "none", "verify", "--key", `${folder}/none`, model);
    await bad(2, "--key KEY is needed", "verify", model);
    await bad(2, "--key FILE is needed", "sign", model);
    await bad(2, "a FILE is needed", "sign", "--key", keys);
    await bad(2, "-o FILE is needed", "keygen");
  }));

Deno.test({
  name: "keys of rspamadm sign, and rspamadm knows keys of neurald",
  ignore: whyUnavailable() !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const [keys, own, model] = ["keys", "own", "model.rnm"]
        .map((name) => `${folder}/${name}`);
      await Deno.writeTextFile(model, "a model");
      await Deno.writeFile(keys, await rspamadm("keypair", "-s"));
      await good("sign", "--key", keys, model);
      await good("verify", "--key", keys, model);
      await good("keygen", "-o", own);
      await rspamadm("signtool", "-k", own, model);
      await good("verify", "--key", own, model);
    }),
});

async function rspamadm(...args: string[]): Promise<Uint8Array> {
  const { success, stdout } = await new Deno.Command("rspamadm", { args })
    .output();
  assert(success, args.join(" "));
  return stdout;
}
