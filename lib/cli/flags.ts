/**
 * Flags of the command line: declared in a table, checked against it.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "../nearest.ts";
import { UsageError } from "./usage_error.ts";

/** One flag. */
export interface FlagSpec {
  /** `switch`: takes no value. */
  kind: "switch" | "text" | "integer" | "number";
  /** One letter that stands for the name. */
  short?: string;
  /** What the value is called in the help. */
  value?: string;
  help: string;
  /** Least value of a number. */
  min?: number;
  /** Greatest value of a number. */
  max?: number;
  /** Texts that are possible. */
  oneOf?: readonly string[];
  /** Whether a text may be given several times. */
  isList?: boolean;
}

/** Flags by name. */
export type FlagTable = Record<string, FlagSpec>;

type FlagValue<S extends FlagSpec> = S["kind"] extends "switch" ? boolean
  : S extends { isList: true } ? string[]
  : S["kind"] extends "text" ? string | undefined
  : number | undefined;

/** The values of flags, as their table declares them. */
export type Flags<T extends FlagTable> = {
  [K in keyof T]: FlagValue<T[K]>;
};

/**
 * Reads the arguments of a command.
 *
 * @throws {UsageError} when a flag is unknown, lacks its value, or has one
 * that is not possible
 */
export function parseFlags<T extends FlagTable>(
  args: string[],
  table: T,
): { flags: Flags<T>; operands: string[] } {
  const names = Object.keys(table);
  const valued = names.filter((name) => table[name].kind !== "switch");
  const alias = Object.fromEntries(
    names.flatMap((name) =>
      table[name].short ? [[name, table[name].short]] : []
    ),
  );
  const parsed = parseArgs(joinValues(args, valued, alias), {
    boolean: names.filter((name) => table[name].kind === "switch"),
    string: ["_", ...valued],
    collect: valued,
    alias,
    "--": true,
    unknown: (arg, key) => {
      if (!arg.startsWith("-") || arg === "-") return true;
      throw unknownFlag(arg, key, names);
    },
  });
  const flags = Object.fromEntries(
    names.map((name) => [name, valueOf(name, table[name], parsed[name])]),
  );
  const operands = [...parsed._, ...parsed["--"] as string[]].map(String);
  return { flags: flags as Flags<T>, operands };
}

/**
 * Writes `--input -` as `--input=-`, and `--seed -1` as `--seed=-1`: the parser
 * takes everything that begins with a hyphen for a flag.
 */
function joinValues(
  args: string[],
  valued: string[],
  alias: Record<string, string>,
): string[] {
  const spellings = valued.flatMap((name) =>
    alias[name] ? [`--${name}`, `-${alias[name]}`] : [`--${name}`]
  );
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--") return [...joined, ...args.slice(i)];
    const next = args[i + 1];
    if (
      spellings.includes(args[i]) && next !== undefined &&
      /^-(\d.*)?$/.test(next)
    ) {
      joined.push(`${args[i]}=${next}`);
      i++;
    } else {
      joined.push(args[i]);
    }
  }
  return joined;
}

function unknownFlag(
  arg: string,
  key: string | undefined,
  names: string[],
): UsageError {
  const guess = nearestName(key ?? arg, names);
  const hint = guess === undefined ? "" : `; did you mean --${guess}?`;
  return new UsageError(`there is no flag ${arg.split("=")[0]}${hint}`);
}

function valueOf(name: string, spec: FlagSpec, given: unknown): unknown {
  if (spec.kind === "switch") return given === true;
  const values = given as string[];
  if (spec.isList) return values.map((value) => checked(name, spec, value));
  if (values.length === 0) return undefined;
  if (values.length > 1) {
    throw new UsageError(`--${name} is given more than once`);
  }
  return checked(name, spec, values[0]);
}

function checked(name: string, spec: FlagSpec, value: string): unknown {
  if (value === "") {
    throw new UsageError(`--${name} needs a value: ${spec.value ?? "VALUE"}`);
  }
  if (spec.kind === "text") {
    if (spec.oneOf && !spec.oneOf.includes(value)) {
      throw new UsageError(
        `--${name}: ${spec.oneOf.join(" or ")} is needed, not ${value}`,
      );
    }
    return value;
  }
  const number = Number(value);
  const isPossible = Number.isFinite(number) &&
    number >= (spec.min ?? -Infinity) && number <= (spec.max ?? Infinity) &&
    (spec.kind === "number" || Number.isSafeInteger(number));
  if (!isPossible) {
    const kind = spec.kind === "integer" ? "a whole number" : "a number";
    const { min, max } = spec;
    const range = min === undefined ? "" : ` of at least ${min}`;
    const limit = max === undefined ? "" : ` and at most ${max}`;
    throw new UsageError(
      `--${name}: ${kind}${range}${limit} is needed, not ${value}`,
    );
  }
  return number;
}
