/**
 * What goes wrong with a daemon that is under load.
 *
 * @module
 */

/** Something that goes wrong for some time. */
export interface Fault {
  name: string;
  /** What goes wrong from now on. */
  inject(): Promise<void> | void;
  /** It is over; whatever was said of it before is not waited for. */
  heal(): Promise<void> | void;
  /**
   * A part of the reason by which learning is refused meanwhile, and `/readyz`
   * answered; without one, learning goes on.
   */
  said?: string;
  /** Waits until there is something to be seen of it, where learning goes on. */
  seen?(): Promise<void>;
  /** Whether the store cannot be looked into meanwhile. */
  concernsStore?: boolean;
  /** Whether requests may be without an answer. */
  cutsOff?: boolean;
  /** Whether the daemon may end by itself. */
  ends?: boolean;
}
