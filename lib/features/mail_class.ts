/** The two classes of mail. */
export type MailClass = "spam" | "ham";

/** Both classes, in the order in which they are always named. */
export const MAIL_CLASSES: readonly MailClass[] = ["spam", "ham"];

/** A number for each class. */
export interface ClassCounts {
  /** Of spam. */
  spam: number;
  /** Of ham. */
  ham: number;
}
