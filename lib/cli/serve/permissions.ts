/**
 * What a daemon may do: what its configuration needs, and nothing else.
 *
 * @module
 */

import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ListenAddress } from "../../config/address.ts";
import type { Config } from "../../config/config.ts";
import { parseLocation } from "../../external/location.ts";
import { sqlitePath } from "../../store/open.ts";
import { formatAddress } from "../../store/redis/address.ts";
import { redisOptions } from "../../store/redis/options.ts";
import { filePermissions, realPathOf } from "../../store/sqlite/permissions.ts";
import { SQLITE_PROGRAM } from "../../store/sqlite/program.ts";
import { TRAINING_PROGRAM } from "../../train/program.ts";
import type { WorkerPermissions } from "../../worker_permissions.ts";

/** What can be reached. */
export interface Reach {
  /** `HOST:PORT`, or a host with all its ports; `"*"`: the whole network. */
  readonly net: readonly string[];
  /** Files, and folders with all that is in them. */
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** What a daemon needs. */
export interface Needs {
  /** For as long as it serves, and to read its configuration again. */
  serving: Reach;
  /** Until it serves: what it gives to its threads, and no longer has. */
  starting: Reach;
}

/** What a daemon is to serve, and where. */
export interface Setup {
  config: Config;
  /** The files of the configuration. */
  files: readonly string[];
  listen: ListenAddress;
  /** URL of the store; without one it is the configured Redis. */
  store?: string;
}

/** See {@linkcode Reach.net}. */
const EVERYWHERE = "*";

/** Opened to see whether there are file descriptors for another thread. */
const DEVICE = "/dev/null";

/**
 * What a set-up needs for as long as it serves.
 *
 * The servers of a cluster and those that sentinels know are found out while it
 * runs, and what a model server's name stands for is looked at before it is
 * asked, so that these need the whole network.
 */
export function servingNeeds({ config, files, listen, store }: Setup): Reach {
  return together([
    { ...NOTHING, read: [programs(), DEVICE] },
    { ...NOTHING, read: files.flatMap(foldersOf) },
    atAddress(listen),
    sqlitePath(store) === undefined ? ofRedis(config, store) : NOTHING,
    ofHelpers(config),
    { ...NOTHING, read: certificateFiles(config).flatMap(foldersOf) },
  ]);
}

/** What it needs until it serves: what the thread of its store is given. */
export function startingNeeds({ store }: Setup): Reach {
  const path = sqlitePath(store);
  return path === undefined
    ? NOTHING
    : { ...NOTHING, ...filePermissions(path) };
}

const NOTHING: Reach = { net: [], read: [], write: [] };

function together(parts: readonly Reach[]): Reach {
  const all = (name: keyof Reach) => [
    ...new Set(parts.flatMap((part) => part[name])),
  ];
  return { net: all("net"), read: all("read"), write: all("write") };
}

/**
 * The folder that has the programs of all threads: in the executable they are
 * side by side, and of the sources it is `lib`.
 */
function programs(): string {
  const [one, other] = [SQLITE_PROGRAM, TRAINING_PROGRAM]
    .map((program) => dirname(fileURLToPath(program)).split(sep));
  const end = one.findIndex((name, i) => name !== other[i]);
  return one.slice(0, end < 0 ? undefined : end).join(sep);
}

/** The folder of a file, also as it is called without links. */
function foldersOf(file: string): string[] {
  return [dirname(file), realPath(dirname(file)), dirname(realPath(file))];
}

/** What may not be looked at now is not among what was given. */
function realPath(path: string): string {
  try {
    return realPathOf(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return path;
  }
}

/** To listen, and to see whether that is noticed. */
function atAddress(address: ListenAddress): Reach {
  if ("path" in address) return atSocket(address.path);
  const { hostname, port } = address;
  const hosts = [hostname, "127.0.0.1", "::1"];
  // Which one the system chooses for 0 is not known yet.
  const net = hosts.map((host) =>
    port === 0 ? bracketed(host) : at(host, port)
  );
  return { ...NOTHING, net };
}

/** Connecting to a socket is writing to it. */
function atSocket(path: string): Reach {
  const paths = [path, join(realPath(dirname(path)), basename(path))];
  return { net: [], read: paths, write: paths };
}

function ofRedis({ redis }: Config, store: string | undefined): Reach {
  const { servers, isCluster, sentinel, tls } = redisOptions(redis, store);
  const files = [tls?.caFile, tls?.certificateFile, tls?.keyFile]
    .filter((file) => file !== undefined);
  const read = files.flatMap(foldersOf);
  if (tls?.caDirectory !== undefined) {
    read.push(tls.caDirectory, realPath(tls.caDirectory));
  }
  const net = isCluster || sentinel ? [EVERYWHERE] : [];
  return together([
    { net, read, write: [] },
    ...servers.map((server) =>
      "path" in server
        ? atSocket(server.path)
        : { ...NOTHING, net: [formatAddress(server)] }
    ),
  ]);
}

/** Guards, and models from elsewhere. */
function ofHelpers({ neurald, rules }: Config): Reach {
  const guards = [...neurald.guards.values()]
    .flatMap(({ url }) => url === undefined ? [] : [hostOf(new URL(url))]);
  const models = rules.filter(({ enabled }) => enabled)
    .map(({ externalModel }) => externalModel)
    .flatMap(({ url, baseUrl, caFile }) => {
      const location = parseLocation(url ?? baseUrl ?? "");
      if (!location) return [];
      const read = caFile === undefined ? [] : foldersOf(caFile);
      if (location.protocol !== "file:") {
        return [{ net: [EVERYWHERE], read, write: [] }];
      }
      const path = decodeURIComponent(location.pathname);
      return [{ ...NOTHING, read: [path, ...foldersOf(path), ...read] }];
    });
  return together([{ ...NOTHING, net: guards }, ...models]);
}

function hostOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

function at(host: string, port: number): string {
  return formatAddress({ host, port });
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function certificateFiles({ neurald: { tls } }: Config): string[] {
  return [tls.certificate, tls.key].filter((file) => file !== undefined);
}

/** The permissions of the thread in which a daemon starts. */
export function threadPermissions(
  { serving, starting }: Needs,
): WorkerPermissions {
  const { net, read, write } = together([serving, starting]);
  const list = (of: readonly string[]) => of.length > 0 && [...of];
  return {
    net: net.includes(EVERYWHERE) || list(net),
    read: list(read),
    write: list(write),
    // To name this host to those with whom the store is shared.
    sys: ["hostname"],
  };
}

/** Gives up what was needed to start only. */
export async function giveUpStarting(
  { serving, starting }: Needs,
): Promise<void> {
  for (const name of ["read", "write"] as const) {
    for (const path of starting[name]) {
      // Deno takes away with a path all folders that it is in.
      if (isAmong(path, serving[name])) continue;
      await Deno.permissions.revoke({ name, path });
    }
  }
  await Deno.permissions.revoke({ name: "sys", kind: "hostname" });
}

/** What is needed and was not given, as people say it. */
export function lacking(needed: Reach, given: Reach): string[] {
  const kinds = [
    ["net", "to use the network at"],
    ["read", "to read"],
    ["write", "to write"],
  ] as const;
  return kinds.flatMap(([name, what]) =>
    needed[name].filter((one) => !isAmong(one, given[name]))
      .map((one) => `${what} ${one === EVERYWHERE ? "all hosts" : one}`)
  );
}

/** Whether it is given, or in a folder that is. */
function isAmong(one: string, given: readonly string[]): boolean {
  return given.includes(EVERYWHERE) ||
    given.some((other) => one === other || one.startsWith(`${other}/`));
}
