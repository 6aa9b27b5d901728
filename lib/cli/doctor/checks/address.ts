/**
 * Whether the address is free, or who has it.
 *
 * @module
 */

import { dirname } from "node:path";
import type { ListenAddress } from "../../../config/address.ts";
import { reachableAddress } from "../../../config/server_url.ts";
import { VERSION } from "../../../version.ts";
import type { ClientError } from "../../client.ts";
import { isThere } from "../reachable.ts";
import type { Remark } from "../finding.ts";
import type { Setup } from "../setup.ts";

/** Below these, only root may listen. */
const FIRST_PORT = 1024;

/** The kernel takes no longer paths of sockets. */
const MOST_PATH_BYTES = 107;

/** Connects to the address, and asks whoever answers whether it is neurald. */
export async function checkAddress(setup: Setup): Promise<Remark[]> {
  const { listen } = setup.options;
  const subject = "path" in listen
    ? `unix:${listen.path}`
    : `${listen.hostname}:${listen.port}`;
  const problem = "path" in listen
    ? whyNotAt(listen.path)
    : whyNoHost(listen.hostname);
  if (problem) return [{ ...problem, subject }];
  if (!await isAnswered(listen)) {
    return [{
      level: "ok",
      subject,
      message: "it is free: nobody listens there",
    }, ...remarksOnPort(listen)];
  }
  const remarks = await remarksOnDaemon(setup) ?? [strangerAt(listen)];
  return remarks.map((remark) => ({ ...remark, subject }));
}

function whyNotAt(path: string): Remark | undefined {
  if (new TextEncoder().encode(path).length > MOST_PATH_BYTES) {
    return {
      level: "error",
      message: `the path of a socket has at most ${MOST_PATH_BYTES} bytes`,
      fix: 'listen = "unix:/run/neurald/socket";',
    };
  }
  const folder = dirname(path);
  try {
    if (!Deno.statSync(folder).isDirectory) throw new Error("it is no folder");
    const there = isThere(path) ? Deno.lstatSync(path) : undefined;
    if (!there || there.isSocket) return undefined;
    return {
      level: "error",
      message: "there is a file of this name, which is no socket",
      fix: `mv ${path} ${path}.old`,
    };
  } catch (error) {
    // systemd makes it when the unit starts.
    const isOfUnit = folder === "/run/neurald";
    return {
      level: isOfUnit ? "note" : "error",
      message: `the folder ${folder} cannot be used: ${
        (error as Error).message
      }`,
      fix: isOfUnit
        ? "systemctl start neurald, which makes it"
        : `install -d -o neurald ${folder}`,
    };
  }
}

/** Listens for a moment on a port that nobody wants. */
function whyNoHost(hostname: string): Remark | undefined {
  try {
    Deno.listen({ hostname, port: 0 }).close();
  } catch (error) {
    return {
      level: "error",
      message: `this host cannot listen there: ${(error as Error).message}`,
      fix: "listen on an address of this host (ip address shows them), or on *",
    };
  }
}

/** Only connecting tells; to listen could be in a daemon's way. */
async function isAnswered(listen: ListenAddress): Promise<boolean> {
  try {
    const address = reachableAddress(listen);
    const connection = "path" in address
      ? await Deno.connect({ transport: "unix", path: address.path })
      : await Deno.connect(reachableAddress(address));
    connection.close();
    return true;
  } catch {
    return false;
  }
}

function remarksOnPort(listen: ListenAddress): Remark[] {
  if ("path" in listen || listen.port >= FIRST_PORT || listen.port === 0) {
    return [];
  }
  return [{
    level: "warning",
    message:
      `port ${listen.port} is for root, and neurald does not run as root`,
    fix: "listen on port 11336, or systemctl edit neurald: " +
      "AmbientCapabilities=CAP_NET_BIND_SERVICE, " +
      "CapabilityBoundingSet=CAP_NET_BIND_SERVICE, PrivateUsers=no",
  }];
}

/** What a neurald that answers says; nothing where it is none. */
async function remarksOnDaemon(setup: Setup): Promise<Remark[] | undefined> {
  const problem = await whyNotAlive(setup);
  if (problem && /certificate/.test(problem)) {
    return [{
      level: "note",
      message: "somebody serves HTTPS there, by a certificate that this host " +
        "does not trust for this name",
      fix: "neurald doctor --server https://NAME:PORT, with a name that the " +
        "certificate is for, and --ca FILE where it vouches for itself",
    }];
  }
  if (problem !== undefined) return undefined;
  let version: string;
  try {
    const response = await setup.ask("/v1/status");
    version = String((await response.json()).version);
  } catch (error) {
    const { status } = error as ClientError;
    if (status === 401 || status === 429) {
      return [{
        level: "note",
        message: "neurald answers there, and tells more to who has a token",
        fix: "neurald doctor --token-file FILE, or NEURALD_TOKEN=…",
      }];
    }
    const { message } = error as Error;
    return [{ level: "error", message, fix: SEE_LOG }];
  }
  const remarks: Remark[] = [await readiness(setup, version)];
  if (version !== VERSION) {
    remarks.push({
      level: "warning",
      message: `neurald ${version} runs there, and this one is ${VERSION}`,
      fix: "systemctl restart neurald",
    });
  }
  return remarks;
}

const SEE_LOG = "journalctl -u neurald -n 50";

async function readiness(setup: Setup, version: string): Promise<Remark> {
  try {
    await setup.ask("/readyz");
    return { level: "ok", message: `neurald ${version} answers, and is ready` };
  } catch (error) {
    return {
      level: "error",
      message: `neurald ${version} is not ready: ${(error as Error).message}`,
      fix: SEE_LOG,
    };
  }
}

/** Why it does not answer what every neurald answers to everybody, if so. */
async function whyNotAlive(setup: Setup): Promise<string | undefined> {
  try {
    const { alive } = await (await setup.ask("/healthz")).json();
    return alive === true ? undefined : "it answers otherwise";
  } catch (error) {
    return (error as Error).message;
  }
}

function strangerAt(listen: ListenAddress): Remark {
  if ("path" in listen) {
    return {
      level: "error",
      message: "somebody listens there who is not neurald",
      fix: `ss -lxp src ${listen.path} tells who; or listen at another path`,
    };
  }
  return {
    level: "error",
    message: "somebody listens there who does not answer as neurald does",
    fix: `ss -ltnp 'sport = :${listen.port}' tells who; or use another ` +
      "port: neurald serve --listen HOST:PORT",
  };
}
