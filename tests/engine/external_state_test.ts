import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type {
  ExternalFailure,
  ExternalFailureKind,
} from "../../lib/engine/external/failure.ts";
import { ExternalState } from "../../lib/engine/external/state.ts";
import type { Log } from "../../lib/log/log.ts";

/** A log that keeps what it is told. */
function recording(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return {
    lines,
    log: {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
    },
  };
}

function failure(
  kind: ExternalFailureKind,
  isPassing = true,
  reason = "why",
): ExternalFailure {
  return { kind, isPassing, reason };
}

const BAD =
  "warn: the external model is not taken, and what there was before stays";
const GOOD = "info: the external model can be had again";

Deno.test("what changes is told once", () => {
  const { log, lines } = recording();
  const state = new ExternalState("r", "file:///x", log);
  assertEquals(state.status, { url: "file:///x", state: "unchecked" });
  state.succeed(10);
  assertEquals(lines, []);
  state.fail(failure("timeout"), 20);
  state.fail(failure("timeout", true, "another reason"), 30);
  assertEquals(lines, [BAD]);
  assertEquals(state.status, {
    url: "file:///x",
    state: "failing",
    failure: "timeout",
    reason: "another reason",
    checked_at: 30,
    succeeded_at: 10,
  });
  state.fail(failure("signature"), 40);
  state.succeed(50);
  state.succeed(60);
  assertEquals(lines, [BAD, BAD, GOOD]);
  assertEquals(state.status.reason, undefined);
  assertEquals(state.status.succeeded_at, 60);
});

Deno.test("to find somebody else at work is no failure", () => {
  const { log, lines } = recording();
  const state = new ExternalState("r", "file:///x", log);
  state.succeed(10);
  state.fail(failure("busy"), 20);
  assertEquals(lines, []);
  assertEquals(state.status.state, "current");
  assert(state.untilNext(86_400, 20, 0) === 30);
});

Deno.test("what may pass is tried again soon, and ever later", () => {
  fc.assert(fc.property(
    fc.double({ min: 1, max: 1e6, noNaN: true }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.array(fc.boolean(), { maxLength: 40 }),
    (interval, random, passing) => {
      const state = new ExternalState("r", "file:///x", recording().log);
      let row = 0;
      for (const isPassing of passing) {
        state.fail(failure("unreachable", isPassing), 0);
        row = isPassing ? row + 1 : 0;
        const wait = state.untilNext(interval, 100, random);
        const least = row === 0
          ? interval
          : Math.min(interval, 30 * 2 ** (row - 1));
        assert(wait >= least && wait <= 1.1 * least, `${wait} ${least}`);
        assertEquals(state.status.next_check_at, 100 + wait);
      }
      state.succeed(0);
      assert(state.untilNext(interval, 0, random) >= interval);
    },
  ));
});
