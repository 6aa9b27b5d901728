/**
 * A real rspamd of its own for a test.
 *
 * @module
 */

import { assert } from "@std/assert";
import { dirname } from "node:path";
import { kill } from "node:process";
import type { MailClass } from "../../lib/features/mail_class.ts";
import { until } from "../daemon/until.ts";
import { EmptyDns } from "./empty_dns.ts";
import type { Message } from "./messages.ts";
import {
  CLASS_HEADER,
  configurationFiles,
  type RspamdOptions,
} from "./rspamd_configuration.ts";

/** rspamd's answer (`/checkv2`), which is a scan for `/v1/score`. */
export interface RspamdScan {
  score: number;
  action: string;
  symbols: Record<
    string,
    { score: number; metric_score: number; options?: string[] }
  >;
  metatokens: number[];
  /** What the plugin says of a message that was taught. */
  neurald?: string;
}

/** What rspamd's network answered, if it has one. */
export function outputIn({ symbols }: RspamdScan): number | undefined {
  return (symbols.NEURAL_SPAM ?? symbols.NEURAL_HAM)?.score;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const SCAN_TIMEOUT_MS = 20_000;

/** What a process logs once it has asked Redis for models. */
const READY = /#(\d+)\(normal\).*try_load_ann: process element/g;

/** A rspamd with scanners, in a temporary folder. */
export class RspamdHost {
  readonly folder: string;
  /** Where it scans. */
  readonly port: number;
  readonly #dns: EmptyDns;
  readonly #controllerPort: number;
  #options: RspamdOptions;
  #log = "";
  #child?: Deno.ChildProcess;
  #reading?: Promise<void>;
  #ended = true;

  private constructor(folder: string, dns: EmptyDns, options: RspamdOptions) {
    this.folder = folder;
    this.#dns = dns;
    this.#options = options;
    [this.port, this.#controllerPort] = freePorts(2);
  }

  /** Starts one, and waits until it scans and stores. */
  static async start(options: RspamdOptions): Promise<RspamdHost> {
    const folder = await Deno.makeTempDir({ prefix: "neurald-test-" });
    const host = new RspamdHost(folder, await EmptyDns.start(), options);
    try {
      await host.startAgain();
      return host;
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it has logged so far. */
  get log(): string {
    return this.#log;
  }

  /** Starts it where it was, maybe configured otherwise. */
  async startAgain(options = this.#options): Promise<void> {
    await this.#configure(options);
    const before = this.#scanners;
    const { folder } = this;
    const child = new Deno.Command("rspamd", {
      args: [
        // In the foreground, and as whoever runs the test, root too.
        ...["--no-fork", "--insecure"],
        ...["--var", `LOCAL_CONFDIR=${folder}/configuration`],
        ...["DBDIR", "RUNDIR", "LOGDIR"].flatMap((name) => [
          "--var",
          `${name}=${folder}`,
        ]),
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      // The leader of a group, so that all of its processes can be killed.
      detached: true,
    }).spawn();
    this.#child = child;
    this.#ended = false;
    this.#reading = this.#read(child.stderr);
    await this.#otherScanners(before);
  }

  /** Goes on with another configuration, in new processes. */
  async reload(options = this.#options): Promise<void> {
    assert(this.#child, "it is not running");
    await this.#configure(options);
    const before = this.#scanners;
    this.#child.kill("SIGHUP");
    await this.#otherScanners(before);
    await until(
      "the old processes end",
      () => ![...before].some(isRunning),
      START_TIMEOUT_MS,
    );
  }

  /**
   * Scans a message.
   *
   * @param mailClass makes rspamd learn the message, as it learns no other one;
   * what it learned is stored when it answers
   * @param headers of the request, such as `User`
   */
  async scan(
    message: string | Uint8Array<ArrayBuffer>,
    mailClass?: MailClass,
    headers: Record<string, string> = {},
  ): Promise<RspamdScan> {
    const response = await fetch(`http://127.0.0.1:${this.port}/checkv2`, {
      method: "POST",
      body: message,
      headers: {
        IP: "192.0.2.7",
        ...mailClass && { [CLASS_HEADER]: mailClass },
        ...headers,
      },
      signal: AbortSignal.timeout(SCAN_TIMEOUT_MS),
    });
    const text = await response.text();
    assert(response.ok, text);
    const { messages, ...answer } = JSON.parse(text);
    return {
      ...answer,
      neurald: messages.neurald,
      metatokens: messages.metatokens.split(" ").map(Number),
    };
  }

  /** Scans messages one by one, which makes rspamd learn them. */
  async teach(messages: readonly Message[]): Promise<void> {
    for (const { text, class: mailClass } of messages) {
      await this.scan(text, mailClass);
    }
  }

  /** Ends it, and keeps its folder. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    assert(this.#child, "it is not running");
    const { pid, status } = this.#child;
    this.#child = undefined;
    // Its first process ends the others; killed, it could not.
    send(signal === "SIGTERM" ? pid : -pid, signal);
    const timer = setTimeout(() => send(-pid, "SIGKILL"), STOP_TIMEOUT_MS);
    // The pipe is closed when the last of its processes has ended.
    await this.#reading;
    await status;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child) await this.stop("SIGKILL");
    await this.#dns[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  async #configure(options: RspamdOptions): Promise<void> {
    this.#options = options;
    const folder = `${this.folder}/configuration`;
    const files = configurationFiles(options, {
      folder: this.folder,
      port: this.port,
      controllerPort: this.#controllerPort,
      dnsPort: this.#dns.port,
    });
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
  }

  /** Process ids of all scanners, past ones too, that looked for models. */
  get #scanners(): Set<number> {
    return new Set([...this.#log.matchAll(READY)].map(([, id]) => Number(id)));
  }

  /** Waits until there are as many scanners as there should be. */
  async #otherScanners(before: Set<number>): Promise<void> {
    const { scanners = 1 } = this.#options;
    await until("rspamd is ready", () => {
      assert(!this.#ended, `rspamd has ended:\n${this.#log}`);
      return this.#scanners.difference(before).size >= scanners;
    }, START_TIMEOUT_MS);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#log += text;
    }
    this.#ended = true;
  }
}

/**
 * Whether what these tests need is here: rspamd 3.x, as Debian has it, and
 * Redis. Tells on one line what is missing.
 */
export function hasServers(): boolean {
  const why = whyNot("rspamd", " 3.") ?? whyNot("redis-server", " v=");
  // deno-lint-ignore no-console
  if (why) console.log(`skipped: ${why}`);
  return why === undefined;
}

/** Why a program is of no use; undefined where its version has a certain text. */
function whyNot(program: string, expected: string): string | undefined {
  try {
    const { stdout } = new Deno.Command(program, {
      args: ["--version"],
      stderr: "null",
    }).outputSync();
    const version = new TextDecoder().decode(stdout).trim();
    return version.includes(expected)
      ? undefined
      : `version${expected} of ${program} is needed; it says ${version}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `${program} is not on PATH`;
  }
}

function isRunning(id: number): boolean {
  try {
    return kill(id, 0);
  } catch {
    return false;
  }
}

/** Sends a signal to a process, or to a group of them (a negative number). */
function send(id: number, signal: Deno.Signal): void {
  if (isRunning(id)) kill(id, signal);
}

/** Ports that nobody listens on; all are held until all are known. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    return port;
  });
}
