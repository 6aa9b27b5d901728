/**
 * Waiting, but not for ever.
 *
 * @module
 */

/**
 * What a step gives, if it does so in time; it is not ended otherwise.
 *
 * @param message of the error
 * @throws {Error} when it takes longer
 */
export async function within<T>(
  limitMs: number,
  step: Promise<T>,
  message = `it took longer than ${limitMs} ms`,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(message)), limitMs);
  try {
    return await Promise.race([step, promise]);
  } finally {
    clearTimeout(timer);
  }
}
