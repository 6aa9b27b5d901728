import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasHash, parseTokenHash } from "../../lib/config/token_hash.ts";
import { neurald } from "./neurald.ts";

const TOKEN = "correct-horse-battery";

/** Whether a token has the hash that was printed. */
function fits(token: string, printed: string): Promise<boolean> {
  const hash = parseTokenHash(printed.trim());
  assert(hash, printed);
  return hasHash(token, hash);
}

Deno.test("a token from standard input is hashed, each time otherwise", async () => {
  const outcomes = [
    await neurald(["password"], { input: TOKEN }),
    await neurald(["password"], { input: `${TOKEN}\n` }),
    await neurald(["password"], { input: `${TOKEN}\r\n` }),
  ];
  const hashes = new Set<string>();
  for (const { code, stdout, stderr } of outcomes) {
    assertEquals(code, 0, stderr);
    assert(await fits(TOKEN, stdout));
    assert(!await fits(`${TOKEN}x`, stdout));
    assert(!(stdout + stderr).includes(TOKEN));
    hashes.add(stdout);
  }
  assertEquals(hashes.size, 3);
});

Deno.test("a token that is made up is printed with its hash", async () => {
  const { code, stdout } = await neurald(["password", "--generate"]);
  assertEquals(code, 0);
  const [token, hash] = stdout.trim().split("\n");
  assertMatch(token, /^[\w-]{32}$/);
  assert(await fits(token, hash));
  const { stdout: json } = await neurald(["password", "--generate", "--json"]);
  const other = JSON.parse(json);
  assert(await fits(other.token, other.hash));
  assert(other.token !== token);
});

Deno.test("what cannot be a token is refused, and not repeated", async () => {
  const wrong = ["", "short", "with a blank in it", "ümläut-in-the-token"];
  for (const input of [...wrong, "x".repeat(300), "two-lines-\nof-a-token"]) {
    const { code, stdout, stderr } = await neurald(["password"], { input });
    assertEquals([code, stdout], [2, ""], input);
    assertMatch(stderr, /^neurald: a token has 12 to 256 characters.*\n$/);
    assert(input === "" || !stderr.includes(input), stderr);
  }
});

Deno.test("a terminal does not show what is typed", {
  ignore: await whyNoTerminal() !== undefined,
}, async () => {
  const program = [
    Deno.execPath(),
    ...["run", "--quiet", "--no-check", "--allow-all"],
    new URL("../../main.ts", import.meta.url).pathname,
    "password",
  ];
  const typed = (text: string) => `sleep 2; printf '${text}\\r'; `;
  const screen = await inTerminal(
    program,
    typed("wrongX\\025correct-horse-batterz\\177y") + typed(TOKEN),
  );
  assert(!screen.includes("horse"), screen);
  const [hash] = /^scrypt:\S+/m.exec(screen) ?? [];
  assert(hash && await fits(TOKEN, hash), screen);
  const refused = await inTerminal(
    program,
    typed(TOKEN) + typed("another-one"),
  );
  assertMatch(refused, /these are two tokens/);
  const given = await inTerminal(program, "sleep 2; printf '\\003'; ");
  assertMatch(given, /no token was given/);
});

/** Why nothing can be run in a terminal. */
async function whyNoTerminal(): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("script", {
      args: ["--version"],
    }).output();
    const isUsable = new TextDecoder().decode(stdout).includes("util-linux");
    return isUsable ? undefined : "script is another one";
  } catch {
    return "there is no script";
  }
}

/** What a program shows in a terminal in which something is typed. */
async function inTerminal(program: string[], typing: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: [
      "-c",
      `(${typing} sleep 2) | script -qec "$*" /dev/null`,
      "sh",
      ...program,
    ],
    stdout: "piped",
    signal: AbortSignal.timeout(60_000),
  }).output();
  return new TextDecoder().decode(stdout);
}
