/**
 * What a training does that does not train.
 *
 * @module
 */

import type { TrainingControl } from "../../../lib/train/control.ts";

/** Its kinds. */
export type Misbehaviour = "throws" | "hangs" | "eats memory";

/** More than a training may take, but not all that a machine has. */
const EATEN_BYTES = 2.5 * 2 ** 30;
const BITE_BYTES = 8 * 2 ** 20;

/** Each of them, given what tells it to end. */
export const MISBEHAVIOURS: Record<
  Misbehaviour,
  (control: TrainingControl) => void
> = {
  throws: () => {
    throw new Error("out of order");
  },
  hangs: () => {
    while (true);
  },
  /** As a training would that is too large: it ends when it is told to. */
  "eats memory": (control) => {
    const kept: Uint8Array[] = [];
    while (!control.isStopped) {
      if (kept.length * BITE_BYTES < EATEN_BYTES) {
        kept.push(new Uint8Array(BITE_BYTES).fill(1));
      }
    }
    control.end();
  },
};
