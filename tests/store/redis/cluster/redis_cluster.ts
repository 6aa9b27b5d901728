/**
 * A real Redis Cluster of its own for a test.
 *
 * @module
 */

import { slotOf, SLOTS } from "../../../../lib/store/redis/cluster/slots.ts";
import type { Argument, Reply } from "../../../../lib/store/redis/link.ts";
import { list, text } from "../../../../lib/store/redis/replies.ts";
import { askOnce } from "../../../../lib/store/redis/servers.ts";
import { until } from "../../../daemon/until.ts";
import type { Certificates } from "../certificates.ts";
import { RedisServer } from "../server.ts";

const MASTERS = 3;

/** After how long the others take a server for dead. */
const NODE_TIMEOUT_MS = 1000;

/** How often a connection is tried that the system does not even begin. */
const MOST_TRIES = 3;

/** A server of a cluster. */
export class ClusterNode {
  readonly server: RedisServer;
  readonly #password: string | undefined;

  constructor(server: RedisServer, password: string | undefined) {
    this.server = server;
    this.#password = password;
  }

  /** Asks this one, whoever has the key. */
  async ask(...args: Argument[]): Promise<Reply> {
    const address = { host: "127.0.0.1", port: this.server.port };
    const login = { password: this.#password };
    for (let tries = 1;; tries++) {
      try {
        return await askOnce(
          address,
          { login, connectTimeoutMs: 5000 },
          ...args,
        );
      } catch (error) {
        // Seen with other tests in parallel; nothing has been sent yet.
        const isBadDescriptor = (error as Error).message
          .startsWith("connect EBADF");
        if (!isBadDescriptor || tries === MOST_TRIES) throw error;
      }
    }
  }

  /** Its name within the cluster. */
  async id(): Promise<string> {
    return text(await this.ask("CLUSTER", "MYID"));
  }

  /** What it tells of the cluster. */
  async info(): Promise<string> {
    return text(await this.ask("CLUSTER", "INFO"));
  }
}

/** Three masters, and maybe a replica of each. */
export class RedisCluster {
  readonly masters: ClusterNode[];
  readonly replicas: ClusterNode[];

  private constructor(masters: ClusterNode[], replicas: ClusterNode[]) {
    this.masters = masters;
    this.replicas = replicas;
  }

  /** Starts one, which is ready when this resolves. */
  static async start(
    { hasReplicas = false, password, certificates }: {
      hasReplicas?: boolean;
      password?: string;
      /** For TLS, on ports of their own. */
      certificates?: Certificates;
    } = {},
  ): Promise<RedisCluster> {
    const args = [
      ...["--cluster-enabled", "yes"],
      ...["--cluster-node-timeout", String(NODE_TIMEOUT_MS)],
      // What is left goes on without the slots of who is away.
      ...["--cluster-require-full-coverage", "no"],
      ...["--repl-ping-replica-period", "1", "--repl-diskless-sync-delay", "0"],
      ...password ? ["--requirepass", password, "--masterauth", password] : [],
      ...certificates ? tlsArguments(certificates) : [],
    ];
    const ports = ["--cluster-port", ...certificates ? ["--tls-port"] : []];
    const start = async () =>
      new ClusterNode(await RedisServer.start(args, ports), password);
    const count = hasReplicas ? 2 * MASTERS : MASTERS;
    const nodes = await Promise.all(Array.from({ length: count }, start));
    const cluster = new RedisCluster(
      nodes.slice(0, MASTERS),
      nodes.slice(MASTERS),
    );
    await cluster.#join();
    return cluster;
  }

  /** Names the first server only: it knows the others. */
  get url(): string {
    return `redis+cluster://127.0.0.1:${this.masters[0].server.port}`;
  }

  /** All servers. */
  get nodes(): ClusterNode[] {
    return [...this.masters, ...this.replicas];
  }

  /** The master that has a slot, by its own account. */
  async ownerOf(key: string): Promise<ClusterNode> {
    const slot = slotOf(key);
    for (const node of this.masters) {
      const mine = await this.#slotsOf(node);
      if (mine.some(([first, last]) => first <= slot && slot <= last)) {
        return node;
      }
    }
    throw new Error(`nobody has the slot of ${key}`);
  }

  /** All keys of all masters. */
  async keys(): Promise<string[]> {
    const keys = await Promise.all(
      this.masters.map((node) => node.ask("KEYS", "*")),
    );
    return keys.flatMap(list).map(text);
  }

  /** Removes all keys. */
  async flush(): Promise<void> {
    await Promise.all(this.masters.map((node) => node.ask("FLUSHALL")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.nodes.map(({ server }) => server[Symbol.asyncDispose]()),
    );
  }

  async #slotsOf(node: ClusterNode): Promise<[number, number][]> {
    const id = await node.id();
    return list(await node.ask("CLUSTER", "SLOTS")).map(list)
      .filter(([, , master]) => text(list(master)[2]) === id)
      .map(([first, last]) => [first as number, last as number]);
  }

  async #join(): Promise<void> {
    const share = Math.ceil(SLOTS / MASTERS);
    await Promise.all(this.masters.map(async (node, i) => {
      const first = i * share;
      const last = Math.min(first + share, SLOTS) - 1;
      await node.ask("CLUSTER", "ADDSLOTSRANGE", `${first}`, `${last}`);
      await node.ask("CLUSTER", "SET-CONFIG-EPOCH", `${i + 1}`);
    }));
    const [first, ...others] = this.nodes;
    for (const { server } of others) {
      const bus = server.option("--cluster-port");
      await first.ask("CLUSTER", "MEET", "127.0.0.1", `${server.port}`, bus);
    }
    await this.#agree(`cluster_known_nodes:${this.nodes.length}`);
    await Promise.all(this.replicas.map(async (replica, i) => {
      const id = await this.masters[i].id();
      await replica.ask("CLUSTER", "REPLICATE", id);
    }));
    await this.#agree("cluster_state:ok");
    await until("all replicas are known", async () => {
      const slots = list(await first.ask("CLUSTER", "SLOTS")).map(list);
      const inSync = await Promise.all(
        this.replicas.map(async (replica) =>
          text(await replica.ask("INFO", "replication"))
            .includes("master_link_status:up")
        ),
      );
      const expected = this.replicas.length > 0 ? 4 : 3;
      return inSync.every((it) => it) &&
        slots.every(({ length }) => length === expected);
    });
  }

  /** Waits until each server tells a line of the cluster. */
  async #agree(line: string): Promise<void> {
    for (const node of this.nodes) {
      await until(line, async () => (await node.info()).includes(line));
    }
  }
}

function tlsArguments({ authority, certificate, key }: Certificates): string[] {
  return [
    ...["--tls-ca-cert-file", authority, "--tls-cert-file", certificate],
    ...["--tls-key-file", key, "--tls-cluster", "yes"],
  ];
}
