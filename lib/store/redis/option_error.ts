import { StoreError } from "../store.ts";

/** Where a configuration has the URL of a Redis. */
export const URL_OPTION = "neurald.store";

/** What is said of Redis makes no sense. */
export class RedisOptionError extends StoreError {
  /** Where it stands in a configuration, such as `redis.servers`. */
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}
