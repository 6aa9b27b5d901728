/**
 * All kernels in plain TypeScript.
 *
 * @module
 */

import * as adam from "./twin/adam.ts";
import * as arrays from "./twin/arrays.ts";
import * as columns from "./twin/columns.ts";
import * as crossEntropy from "./twin/cross_entropy.ts";
import * as layers from "./twin/layers.ts";
import * as random from "./twin/random.ts";
import * as rmsprop from "./twin/rmsprop.ts";
import * as sparse from "./twin/sparse.ts";

/** What `assembly/index.ts` lists, in TypeScript. */
export const TWIN = {
  ...adam,
  ...arrays,
  ...columns,
  ...crossEntropy,
  ...layers,
  ...random,
  ...rmsprop,
  ...sparse,
};
