/**
 * Names this process to others that share a store: `HOST:PID:RANDOM`, for a
 * process may get the number of one before.
 */
export function processName(): string {
  const random = crypto.randomUUID().slice(0, 8);
  return `${Deno.hostname()}:${Deno.pid}:${random}`;
}
