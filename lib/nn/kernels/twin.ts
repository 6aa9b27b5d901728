/**
 * All kernels in plain TypeScript.
 *
 * @module
 */

import * as arrays from "./twin/arrays.ts";

/** What `assembly/index.ts` lists, in TypeScript. */
export const TWIN = { ...arrays };
