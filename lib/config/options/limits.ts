/**
 * Limits that several options share.
 *
 * @module
 */

/** The longest time that a JavaScript timer can wait, in seconds. */
export const MAX_TIMER_SECONDS = 2_147_483;
