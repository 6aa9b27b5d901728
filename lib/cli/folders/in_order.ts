/**
 * Work on several things at a time, with results in order.
 *
 * @module
 */

/**
 * Begins the work on some things before it is done with those before.
 *
 * @param most how many things at a time
 */
export async function* inOrder<T, R>(
  things: Iterable<T>,
  most: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  for (const thing of things) {
    const result = work(thing);
    // Whether it failed is asked when it is its turn.
    result.catch(() => {});
    begun.push(result);
    if (begun.length >= most) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
