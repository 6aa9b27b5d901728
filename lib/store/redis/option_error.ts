import { StoreError } from "../store.ts";

/** What is said of Redis makes no sense. */
export class RedisOptionError extends StoreError {
  /** Where it stands in a configuration, such as `redis.servers`. */
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}
