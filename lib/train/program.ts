/**
 * The program of the thread that trains.
 *
 * @module
 */

/**
 * Where it is. In the executable all workers are files beside the program, so
 * that this leads to one; no other may have its name.
 */
export const TRAINING_PROGRAM = new URL(
  "./training_worker.ts",
  import.meta.url,
);
