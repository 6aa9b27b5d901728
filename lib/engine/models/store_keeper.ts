/**
 * The models of a store without a daemon.
 *
 * @module
 */

import type { Config } from "../../config/config.ts";
import type { Series, Store } from "../../store/store.ts";
import { Trainer } from "../../train/trainer.ts";
import { findBestModel } from "../loading.ts";
import { withNetwork } from "../locked_network.ts";
import type { Log } from "../../log/log.ts";
import type { Network } from "../network.ts";
import { Networks } from "../networks.ts";
import type { TrainingContext } from "../training_context.ts";
import type { ModelKeeper } from "./keeper.ts";

/** What the models of a store are looked after with. */
export interface StoreKeeperOptions {
  config: Config;
  /** Is not closed. */
  store: Store;
  log: Log;
  /** Identifies this process among those that share the store. */
  holder: string;
}

/**
 * Looks after the models of a store for as long as a command takes. Daemons
 * that share it find what has changed within a watch interval.
 */
export class StoreKeeper implements ModelKeeper, Disposable {
  readonly networks: Networks;
  readonly context: TrainingContext;
  /** Series that belong to no rule of the configuration. */
  readonly strangers: readonly Series[];

  private constructor(
    networks: Networks,
    context: TrainingContext,
    strangers: Series[],
  ) {
    this.networks = networks;
    this.context = context;
    this.strangers = strangers;
  }

  /**
   * Finds what there is; nothing is changed.
   *
   * @throws {import("../../store/store.ts").StoreError} when the store fails
   */
  static async open(options: StoreKeeperOptions): Promise<StoreKeeper> {
    const { config, store, log } = options;
    const networks = new Networks(config, store.pluginVersion);
    const known = await store.series();
    const strangers = known.filter((series) => !networks.adopt(series));
    const others = config.rules.flatMap((rule) => networks.candidates(rule));
    const overviews = await store.overview(others);
    others.filter((_, i) => overviews[i].isUsed)
      .forEach((series) => networks.adopt(series));
    const now = () => Date.now() / 1000;
    for (const network of networks.all()) {
      const profiles = await store.profiles(network.series);
      const best = await findBestModel(network, profiles, store, log, now());
      if (best) network.serve(best);
    }
    const context: TrainingContext = {
      ...options,
      now,
      excludedFrom: (rule) => networks.excludedFrom(rule),
      nextSeed: () => crypto.getRandomValues(new Uint32Array(1))[0],
      trainer: new Trainer(),
    };
    return new StoreKeeper(networks, context, strangers);
  }

  /** See {@linkcode ModelKeeper.change}. */
  change<T>(
    network: Network,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { signal } = new AbortController();
    return withNetwork(network, this.context, signal, work);
  }

  /** Ends the worker, if there was one. */
  [Symbol.dispose](): void {
    this.context.trainer[Symbol.dispose]();
  }
}
