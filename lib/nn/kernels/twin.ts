/**
 * All kernels in plain TypeScript.
 *
 * @module
 */

import * as arrays from "./twin/arrays.ts";
import * as columns from "./twin/columns.ts";
import * as crossEntropy from "./twin/cross_entropy.ts";
import * as random from "./twin/random.ts";
import * as rmsprop from "./twin/rmsprop.ts";
import * as sparse from "./twin/sparse.ts";

/** What `assembly/index.ts` lists, in TypeScript. */
export const TWIN = {
  ...arrays,
  ...columns,
  ...crossEntropy,
  ...random,
  ...rmsprop,
  ...sparse,
};
