/** Runs Lua in an installed rspamd. */

import { whyUnavailable } from "../config/ucl/rspamadm.ts";

/** Whether there is a rspamd; tells on one line why there is none. */
export function hasRspamadm(): boolean {
  const why = whyUnavailable();
  // deno-lint-ignore no-console
  if (why) console.log(`skipped: ${why}`);
  return why === undefined;
}

/**
 * Runs a Lua program that reads and writes files of a folder.
 *
 * @param lua the program; `folder` names the folder in it
 * @param files what is in the folder before
 * @returns what is in the folder afterwards
 */
export function runLua(
  lua: string,
  files: Record<string, Uint8Array | string>,
): Record<string, Uint8Array<ArrayBuffer>> {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string"
        ? new TextEncoder().encode(content)
        : content;
      Deno.writeFileSync(`${folder}/${name}`, bytes);
    }
    Deno.writeTextFileSync(
      `${folder}/program.lua`,
      `local folder = ${JSON.stringify(folder)}\n${LIBRARY}\n${lua}`,
    );
    const { success, stdout, stderr } = new Deno.Command("rspamadm", {
      args: ["lua", "-b", `${folder}/program.lua`],
    }).outputSync();
    const said = new TextDecoder().decode(stdout) +
      new TextDecoder().decode(stderr);
    // An error in Lua is printed, and is no failure of rspamadm.
    if (!success || said.trim() !== "") throw new Error(`rspamadm: ${said}`);
    return Object.fromEntries(
      [...Deno.readDirSync(folder)]
        .map(({ name }) => [name, Deno.readFileSync(`${folder}/${name}`)]),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Functions for the programs: files, and rows of numbers in them. */
const LIBRARY = `
local function read(name)
  local file = assert(io.open(folder .. "/" .. name, "rb"))
  local content = file:read("*a")
  file:close()
  return content
end
local function write(name, content)
  local file = assert(io.open(folder .. "/" .. name, "wb"))
  file:write(content)
  file:close()
end
local function rows(name)
  local list = {}
  for line in read(name):gmatch("[^\\n]+") do
    local row = {}
    for number in line:gmatch("%S+") do row[#row + 1] = tonumber(number) end
    list[#list + 1] = row
  end
  return list
end
`;

/** Rows of numbers as the programs read them. */
export function rowsText(rows: readonly ArrayLike<number>[]): string {
  return rows.map((row) => Array.from(row).join(" ") + "\n").join("");
}

/** Numbers, one a line, as the programs write them. */
export function numbersIn(bytes: Uint8Array): number[] {
  return new TextDecoder().decode(bytes).trim().split("\n").map(Number);
}
