/**
 * A clock that is wrong.
 *
 * @module
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Sets the clock of this thread wrong, by days; timers go on as they are. */
export function setClock(days: number): void {
  shiftClock(() => days * DAY_MS);
}

/** The same, by so many milliseconds as are given whenever it is asked. */
export function shiftClock(offsetMs: () => number): void {
  const RightDate = Date;
  const now = () => RightDate.now() + offsetMs();
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RightDate(now()).toString(),
    get: (target, name) =>
      name === "now" ? now : Reflect.get(target, name, target),
  });
}
