/**
 * All kernels in plain TypeScript.
 *
 * @module
 */

import * as arrays from "./twin/arrays.ts";
import * as layers from "./twin/layers.ts";
import * as optimisers from "./twin/optimisers.ts";

/** What `assembly/index.ts` lists, in TypeScript. */
export const TWIN = { ...arrays, ...layers, ...optimisers };
