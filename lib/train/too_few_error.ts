import { TrainingError } from "../nn/training/train.ts";
import type { TrainingResult, UnreadableSample } from "./job.ts";

/** There are too few samples to train with. */
export class TooFewError extends TrainingError {
  override name = "TooFewError";
  /** Samples that were left out. */
  readonly unreadable: UnreadableSample[];

  /**
   * @param found how many could be used
   * @param least how many of each class are needed
   */
  constructor(
    found: TrainingResult["trainedOn"],
    least: number,
    unreadable: UnreadableSample[],
  ) {
    const others = unreadable.length > 0
      ? `; ${unreadable.length} could not be read`
      : "";
    super(
      `${found.spam} spam and ${found.ham} ham samples are too few: ` +
        `${least} different ones of each are needed${others}`,
    );
    this.unreadable = unreadable;
  }
}
