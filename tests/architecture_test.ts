import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/**
 * The layers, top to bottom: each folder or file of `lib`, and of which others
 * its files may import. What stands below knows nothing of what stands above.
 */
const BESIDE = [
  "bytes.ts",
  "nearest.ts",
  "version.ts",
  "worker_permissions.ts",
  "zstd.ts",
];
const GROUND = ["features", "log", "metrics", "nn", ...BESIDE];
const PARTS = [
  "config",
  "external",
  "model",
  "policy",
  "store",
  "train",
  ...GROUND,
];
const MAY_IMPORT: Record<string, string[]> = {
  "main.ts": ["cli", "worker_permissions.ts"],
  "mod.ts": ["engine", "http", "daemon.ts", ...PARTS],
  cli: ["daemon.ts", "http", "engine", "mail", "chart", ...PARTS],
  "daemon.ts": ["http", "page", "engine", ...PARTS],
  http: ["page", "engine", "mail", ...PARTS],
  page: ["engine", "chart", ...PARTS],
  engine: PARTS,
  // A model is kept in a store, which knows nothing of networks.
  model: ["store", ...GROUND],
  train: GROUND,
  policy: ["features", "nearest.ts"],
  mail: ["features", "bytes.ts"],
  store: ["features", "log", "metrics", ...BESIDE],
  // What policy is dangerous is said before it is followed.
  config: ["policy", "external", "features", "log", ...BESIDE],
  external: ["bytes.ts"],
  features: ["nn"],
  log: [],
  metrics: [],
  nn: [],
  "bytes.ts": [],
  chart: [],
  "nearest.ts": [],
  "zstd.ts": ["bytes.ts"],
  "version.ts": [],
  "worker_permissions.ts": [],
};

/** Longer files are about more than one thing. */
const MOST_LINES = 400;

/** A file of the project, and what it imports. */
interface SourceFile {
  /** Path from the root of the project. */
  path: string;
  text: string;
  /** Paths of the project's files that it imports. */
  imports: string[];
  /** Other packages. */
  packages: string[];
}

function sourceFiles(): SourceFile[] {
  const tops = ["main.ts", "mod.ts"].filter((name) => exists(name));
  return [...tops, ...filesIn("lib/")].map(read);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    if (entry.isDirectory) return filesIn(`${folder}${entry.name}/`);
    return entry.name.endsWith(".ts") ? [folder + entry.name] : [];
  });
}

/** `import … from "x"`, `export … from "x"` and `import "x"`. */
const STATEMENT = /^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"([^"]+)"/gm;
/** `import("x")`. */
const DYNAMIC = /\bimport\(\s*"([^"]+)"/g;
/** Files that are started as workers. */
const WORKER = /\bnew URL\(\s*"(\.[^"]+)"/g;

function read(path: string): SourceFile {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  const code = text.replaceAll(/\/\*[^]*?\*\//g, "");
  const specifiers = [STATEMENT, DYNAMIC, WORKER].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, specifier]) => specifier)
  );
  const base = new URL(path, ROOT);
  return {
    path,
    text,
    imports: specifiers.filter((name) => /^\.\.?\/.*\.ts$/.test(name))
      .map((name) => new URL(name, base).href.slice(ROOT.href.length)),
    packages: specifiers.filter((name) => !name.startsWith(".")),
  };
}

/** The folder or file of `lib` that a file is part of. */
function partOf(path: string): string {
  const [top, part] = path.split("/");
  return top === "lib" ? part : top;
}

const FILES = sourceFiles();
const BY_PATH = new Map(FILES.map((file) => [file.path, file]));

Deno.test("imports are found", () => {
  assert(FILES.length > 100, `${FILES.length} files`);
  const imports = FILES.flatMap(({ imports }) => imports);
  assert(imports.length > 300, `${imports.length} imports`);
  assert(imports.includes("lib/train/training_worker.ts"));
  assert(BY_PATH.get("main.ts")!.imports.includes("lib/cli/main.ts"));
});

Deno.test("every import is a file of the project", () => {
  const missing = FILES.flatMap(({ path, imports }) =>
    imports.filter((name) => !BY_PATH.has(name))
      .map((name) => `${path} imports ${name}`)
  );
  assertEquals(missing, []);
});

Deno.test("every package is one that deno.json names, or part of the runtime", () => {
  const { imports } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const unknown = FILES.flatMap(({ path, packages }) =>
    packages.filter((name) => !(name in imports || name.startsWith("node:")))
      .map((name) => `${path} imports ${name}`)
  );
  assertEquals(unknown, []);
});

Deno.test("a layer imports only from below", () => {
  const wrong = FILES.flatMap(({ path, imports }) => {
    const part = partOf(path);
    const allowed = MAY_IMPORT[part];
    if (!allowed) return [`${path}: ${part} is no layer; name it in the test`];
    return imports
      .filter((name) => ![part, ...allowed].includes(partOf(name)))
      .map((name) => `${path} imports ${name}`);
  });
  assertEquals(wrong, []);
});

Deno.test("no file imports itself, by whatever way round", () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) {
      cycles.push([...way.slice(way.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const next of BY_PATH.get(path)?.imports ?? []) {
      visit(next, [...way, path]);
    }
    done.add(path);
  };
  for (const { path } of FILES) visit(path, []);
  assertEquals(cycles, []);
});

Deno.test(`no file has more than ${MOST_LINES} lines`, () => {
  const long = FILES
    .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES);
  assertEquals(long, []);
});
