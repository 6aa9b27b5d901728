/**
 * A host whose clock is wrong.
 *
 * @module
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Sets the clock of this process wrong, by days; timers go on as they are. */
export function setClock(days: number): void {
  const RightDate = Date;
  const now = () => RightDate.now() + days * DAY_MS;
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RightDate(now()).toString(),
    get: (target, name) =>
      name === "now" ? now : Reflect.get(target, name, target),
  });
}
