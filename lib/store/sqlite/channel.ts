import { StoreError } from "../store.ts";
import type { Answer, Request } from "./protocol.ts";
import { movableBuffers } from "./transfer.ts";

interface OpenQuestion {
  resolve(answer: Answer): void;
  reject(error: StoreError): void;
}

/** Asks a worker one thing at a time, and notices when it is no more. */
export class WorkerChannel {
  readonly #worker: Worker;
  readonly #url: string;
  #question: OpenQuestion | undefined;
  #end: StoreError | undefined;
  readonly #broken = Promise.withResolvers<StoreError>();

  /** Resolves with the reason when the worker has ended by itself. */
  readonly broken = this.#broken.promise;

  /**
   * Starts listening to a worker.
   *
   * @param worker runs `sqlite_worker.ts`; the channel ends it
   * @param url names the store in errors
   */
  constructor(worker: Worker, url: string) {
    this.#worker = worker;
    this.#url = url;
    worker.onmessage = (event: MessageEvent<Answer>) => {
      this.#question?.resolve(event.data);
      this.#question = undefined;
    };
    worker.onmessageerror = () => this.#break("its answer was unreadable");
    worker.onerror = (event) => {
      // Without this the whole process ends.
      event.preventDefault();
      this.#break(event.message);
    };
  }

  /**
   * Asks, and hands over the large buffers of the request. Does not time out:
   * whoever waits for the answer knows better for how long.
   *
   * @throws {StoreError} (as a rejection) when the worker ends, or if it has
   * not answered the last question yet
   */
  ask(request: Request): Promise<Answer> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#question !== undefined) {
      return Promise.reject(
        new StoreError(
          `${this.#url}: the store is still at work on something else; ` +
            "see whether the disk is overloaded",
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.#worker.postMessage(request, movableBuffers(request));
      this.#question = { resolve, reject };
    });
  }

  /** Ends the worker. Whoever waits for it, or asks later, hears why. */
  terminate(reason: string): void {
    this.#worker.terminate();
    this.#end ??= new StoreError(
      `${this.#url}: the thread of the store has ended (${reason}); ` +
        "restart neurald",
    );
    this.#question?.reject(this.#end);
    this.#question = undefined;
  }

  #break(reason: string): void {
    this.terminate(reason);
    this.#broken.resolve(this.#end!);
  }
}
