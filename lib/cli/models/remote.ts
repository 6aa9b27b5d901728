/**
 * The models of a running daemon.
 *
 * @module
 */

import type { ModelDetails, ModelEntry } from "../../engine/models/entry.ts";
import type {
  LineReference,
  ModelReference,
} from "../../engine/models/find.ts";
import type {
  ImportAnswer,
  ImportOptions,
} from "../../engine/models/import.ts";
import type { ExportedModel, ModelSource } from "../../engine/models/models.ts";
import { type Client, ClientError } from "../client.ts";

/** The models of a running daemon, over `/v1/models`. */
export class RemoteModels implements ModelSource {
  readonly #client: Client;

  /** Asks by a client, which is not closed. */
  constructor(client: Client) {
    this.#client = client;
  }

  async list(line: LineReference = {}): Promise<ModelEntry[]> {
    const path = `/v1/models${query({ ...line })}`;
    return (await this.#json("GET", path)).models;
  }

  async show(reference: ModelReference): Promise<ModelDetails> {
    return await this.#json("GET", await this.#pathOf(reference));
  }

  async export(reference: ModelReference): Promise<ExportedModel> {
    const model = await this.show(reference);
    const path = `${pathOf(model.id)}/export`;
    const response = await this.#client.send("GET", path);
    return { model, file: await response.bytes() };
  }

  async import(
    bytes: Uint8Array<ArrayBuffer>,
    { force, ...line }: ImportOptions = {},
  ): Promise<ImportAnswer> {
    const asked = query({ ...line, force: force ? "true" : undefined });
    return await this.#json("POST", `/v1/models/import${asked}`, {
      content: bytes,
      type: "application/octet-stream",
    });
  }

  async rollback({ id, ...line }: ModelReference = {}): Promise<ModelEntry> {
    const path = id === undefined
      ? `/v1/models/rollback${query({ ...line })}`
      : `${pathOf(id)}/rollback`;
    return (await this.#json("POST", path)).model;
  }

  async delete(reference: ModelReference, force = false): Promise<ModelEntry> {
    const asked = query({ force: force ? "true" : undefined });
    const path = await this.#pathOf(reference);
    return (await this.#json("DELETE", path + asked)).model;
  }

  /** Only the daemon knows which rules it has. */
  async #pathOf({ id, rule, settings, version }: ModelReference) {
    if (id !== undefined) return pathOf(id);
    const models = await this.list();
    const rules = new Set(models.map(({ rule }) => rule));
    const only = rules.size === 1 ? [...rules][0] : "default";
    const line = `${rule ?? only}:${settings ?? "default"}`;
    return pathOf(version === undefined ? line : `${line}:${version}`);
  }

  // deno-lint-ignore no-explicit-any
  async #json(...request: Parameters<Client["send"]>): Promise<any> {
    const response = await this.#client.send(...request);
    try {
      return await response.json();
    } catch {
      throw new ClientError("the answer is no JSON; is this a neurald?");
    }
  }
}

function pathOf(id: string): string {
  return `/v1/models/${encodeURIComponent(id)}`;
}

function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)]);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
