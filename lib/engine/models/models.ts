/**
 * The stored models: looked at, taken out, brought in, and gone back to.
 *
 * @module
 */

import { encodeRnm } from "../../model/rnm.ts";
import { fromFields } from "../../model/stored_model.ts";
import type { Network } from "../network.ts";
import { type ChangeReport, ModelChangeError, opened } from "./change.ts";
import {
  detailsOf,
  type ModelDetails,
  type ModelEntry,
  type StoredModel,
  storedModels,
} from "./entry.ts";
import {
  findModel,
  type LineReference,
  linesOf,
  type ModelReference,
  nameOf,
  UnknownModelError,
} from "./find.ts";
import {
  type ImportAnswer,
  importModel,
  type ImportOptions,
  lineFor,
} from "./import.ts";
import type { ModelKeeper } from "./keeper.ts";
import { onLine } from "./line.ts";
import { readModelFile } from "./model_file.ts";
import { rollBack } from "./rollback.ts";

/** Models, in a store or behind a server. */
export type ModelSource = Pick<
  Models,
  "list" | "show" | "export" | "import" | "rollback" | "delete"
>;

/** A model that was taken out. */
export interface ExportedModel {
  /** The model as it is listed. */
  model: ModelEntry;
  /** RNM1. */
  file: Uint8Array<ArrayBuffer>;
}

/**
 * The stored models.
 *
 * All methods reject with {@linkcode import("../../store/store.ts").StoreError}
 * when the store fails, with
 * {@linkcode import("../networks.ts").UnknownRuleError} when there is no such
 * rule, and with {@linkcode UnknownModelError} when there is no such model.
 * Those that change something reject with {@linkcode ModelChangeError} when it
 * cannot be done as things are, or with
 * {@linkcode import("../lease.ts").LockedError} while another host trains.
 */
export class Models {
  readonly #keeper: () => ModelKeeper;

  /** @param keeper whoever looks after the networks now */
  constructor(keeper: () => ModelKeeper) {
    this.#keeper = keeper;
  }

  /** Lists those of a rule and of settings, or of all. */
  async list({ rule, settings }: LineReference = {}): Promise<ModelEntry[]> {
    const { networks, context } = this.#keeper();
    const lines = networks.rules(rule)
      .flatMap((rule) => networks.ofRule(rule))
      .filter(({ name }) =>
        settings === undefined || name.settings === settings
      );
    const models = await storedModels(lines, context.store);
    return models.map(({ entry }) => entry);
  }

  /** Says all that there is to say of one. */
  async show(reference: ModelReference): Promise<ModelDetails> {
    const { context } = this.#keeper();
    return await detailsOf(await this.#find(reference), context.store);
  }

  /** Takes one out, as a file. */
  async export(reference: ModelReference): Promise<ExportedModel> {
    const { context } = this.#keeper();
    const { network, profile, entry } = await this.#find(reference);
    const fields = await context.store.model(network.series, entry.key);
    if (!fields) {
      throw new ModelChangeError(`${entry.id} is stale: its model is gone`);
    }
    const { metatokens } = network.name;
    const rnm = opened(entry.id, () => fromFields(fields, profile, metatokens));
    const createdAt = Math.floor(entry.published_at ?? entry.used_at);
    const file = Uint8Array.from(encodeRnm({ ...rnm, createdAt }));
    return { model: entry, file };
  }

  /**
   * Brings one in. It is judged by the pool, and has to be no worse than the
   * one in service, unless it is forced.
   *
   * @throws {import("./model_file.ts").ModelFileError} when the file is of no use
   */
  async import(
    bytes: Uint8Array,
    options: ImportOptions = {},
  ): Promise<ImportAnswer> {
    const keeper = this.#keeper();
    const { networks } = keeper;
    const file = readModelFile(bytes);
    const network = lineFor(file, keeper, options);
    return await onLine(network, networks, async () => {
      const answer = await keeper.change(
        network,
        (signal) =>
          importModel(file, network, keeper, options.force ?? false, signal),
      );
      const model = answer.imported ? await this.#serving(network) : undefined;
      return { ...answer, model };
    });
  }

  /**
   * Goes back to an earlier one, or to the one before that in service; all
   * hosts that share the store follow.
   *
   * @returns the model in service now
   */
  async rollback(reference: ModelReference = {}): Promise<ModelEntry> {
    const keeper = this.#keeper();
    const isNamed = reference.id !== undefined ||
      reference.version !== undefined;
    const target = isNamed ? await this.#find(reference) : undefined;
    const network = target?.network ?? this.#inService(reference);
    await keeper.change(network, () => rollBack(network, keeper, target));
    return await this.#serving(network);
  }

  /**
   * Drops one; the one in service only by force, whereupon the one before it
   * answers here. Hosts that have loaded it keep it until there is a newer one.
   *
   * @returns the model that is gone
   */
  async delete(reference: ModelReference, force = false): Promise<ModelEntry> {
    const keeper = this.#keeper();
    const { store, holder } = keeper.context;
    const { network, entry } = await this.#find(reference);
    const { series } = network;
    await keeper.change(network, async () => {
      const isServing = network.live?.key === entry.key;
      if (isServing && !force) {
        throw new ModelChangeError(
          `${entry.id} is in service; roll back first, or force it`,
        );
      }
      // What scanners have stored for it would go with it.
      await store.takeIn(series);
      await store.remove(series, entry.key);
      if (isServing) network.live = undefined;
      const { version } = entry;
      const report: ChangeReport = { outcome: "deleted", version };
      await store.recordTraining(series, holder, JSON.stringify(report));
    });
    // Loads what is best now.
    if (!network.live) await keeper.change(network, () => Promise.resolve());
    return entry;
  }

  #find(reference: ModelReference): Promise<StoredModel> {
    const { networks, context } = this.#keeper();
    return findModel(networks, reference, context.store);
  }

  async #serving(network: Network): Promise<ModelEntry> {
    const models = await storedModels([network], this.#keeper().context.store);
    const serving = models.find(({ entry }) => entry.in_service);
    if (serving) return serving.entry;
    throw new UnknownModelError("the model has been replaced already");
  }

  /** The line whose model is in service. */
  #inService(reference: LineReference): Network {
    const { networks } = this.#keeper();
    const lines = linesOf(networks, reference).filter(({ live }) => live);
    const where = nameOf(networks, reference);
    if (lines.length === 0) {
      throw new UnknownModelError(`${where} has no model in service`);
    }
    if (lines.length > 1) {
      const versions = lines.map(({ name }) => name.metatokens).join(" and ");
      throw new UnknownModelError(
        `${where} has a model in service for metatokens of version ${versions}; name the one to go back to`,
      );
    }
    return lines[0];
  }
}
