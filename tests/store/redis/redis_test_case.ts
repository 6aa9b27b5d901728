/**
 * Tests that need a real Redis.
 *
 * @module
 */

/** True where `redis-server` is installed. */
export const HAS_REDIS: boolean = isThere("redis-server");

/** Whether a program is installed. */
export function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"] }).outputSync()
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Defines a test that is ignored where there is no Redis. */
export function redisTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name, ignore: !HAS_REDIS, fn: run });
}
