/** Asks the libucl of an installed rspamd what a text means. */

import type { Json } from "../../../lib/config/ucl/value.ts";

/** What libucl made of a text. */
export type Answer = { json: Json } | { error: string };

/** libucl's `UCL_PARSER_NO_TIME`: durations stay texts. */
const NO_TIME = 4;
/** `UCL_PARSER_SAFE_FLAGS`: besides, no macros, variables and implicit arrays. */
const SAFE = 124;

/** Why libucl cannot be asked; undefined when it can. */
export function whyUnavailable(): string | undefined {
  try {
    const { success } = new Deno.Command("rspamadm", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? undefined : "rspamadm --version failed";
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? "rspamadm is not on PATH"
      : `rspamadm cannot be run: ${error}`;
  }
}

/** Parses texts one by one, macros and variables switched off. */
export function askAboutTexts(texts: readonly string[]): Answer[] {
  return ask(texts, `ucl.parser(${SAFE})`, "parse_string");
}

/** Parses files with all that they include, macros and variables on. */
export function askAboutFiles(
  paths: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Answer[] {
  const register = Object.entries(variables).map(([name, value]) =>
    `p:register_variable(${JSON.stringify(name)}, ${JSON.stringify(value)})`
  );
  return ask(paths, `ucl.parser(${NO_TIME})`, "parse_file", register);
}

function ask(
  inputs: readonly string[],
  parser: string,
  method: string,
  setUp: readonly string[] = [],
): Answer[] {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/in`, inputs.map(toHex).join("\n") + "\n");
    Deno.writeTextFileSync(
      `${folder}/ask.lua`,
      `
local ucl = require "ucl"
local out = io.open("${folder}/out", "w")
local function hex(s)
  return (s:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end
for line in io.lines("${folder}/in") do
  local p = ${parser}
  ${setUp.join("\n  ")}
  local input = line:gsub("..", function(h) return string.char(tonumber(h, 16)) end)
  local ok, err = p:${method}(input)
  out:write(ok and "+" or "-", hex(ok
    and tostring(ucl.to_format(p:get_object(), "json-compact"))
    or tostring(err)), "\\n")
end
out:close()
`,
    );
    const { success, stdout } = new Deno.Command("rspamadm", {
      args: ["lua", "-b", `${folder}/ask.lua`],
    }).outputSync();
    if (!success) {
      throw new Error(`rspamadm: ${new TextDecoder().decode(stdout)}`);
    }
    const lines = Deno.readTextFileSync(`${folder}/out`).trimEnd().split("\n");
    return lines.map((line) => {
      const text = fromHex(line.slice(1));
      return line[0] === "+" ? { json: JSON.parse(text) } : { error: text };
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function toHex(text: string): string {
  return new TextEncoder().encode(text).toHex();
}

function fromHex(hex: string): string {
  return new TextDecoder().decode(Uint8Array.fromHex(hex));
}
