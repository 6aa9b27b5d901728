/**
 * Bytes on their way to another thread.
 *
 * @module
 */

/** From this size on, moving a buffer is cheaper than copying it. */
const WORTH_MOVING_BYTES = 65_536;

/**
 * A copy of the arguments of a call, so that their owner may go on using them.
 *
 * Unlike `structuredClone`, it copies of each byte array only what the array
 * shows, and not all of the buffer that it may be a small part of.
 */
export function snapshot<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, copy(member)]),
  );
}

/**
 * The buffers in a message that are worth moving to the other thread. The
 * message must be their only owner, and they are empty afterwards.
 */
export function movableBuffers(message: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(message)) {
    const { buffer } = message;
    const isMovable = buffer instanceof ArrayBuffer &&
      buffer.byteLength >= WORTH_MOVING_BYTES;
    return isMovable ? [buffer] : [];
  }
  if (typeof message !== "object" || message === null) return [];
  return Object.values(message).flatMap(movableBuffers);
}
