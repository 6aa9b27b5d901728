/**
 * Standard input and output, as commands use them.
 *
 * @module
 */

/** Where a command writes. */
export interface Terminal {
  /** Writes a line to standard output: what was asked for. */
  print(line: string): void;
  /** Writes a line to standard error: everything else. */
  note(line: string): void;
  /** Rewrites the last line of standard error; does nothing in a pipe. */
  status(line: string): void;
  /** Whether standard error is a terminal that a person looks at. */
  readonly isInteractive: boolean;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const encoder = new TextEncoder();
  const isInteractive = Deno.stderr.isTerminal();
  let hasStatus = false;
  const clear = () => {
    if (!hasStatus) return;
    hasStatus = false;
    writeAll(Deno.stderr, encoder.encode("\r\x1b[K"));
  };
  return {
    isInteractive,
    print(line) {
      clear();
      writeAll(Deno.stdout, encoder.encode(line + "\n"));
    },
    note(line) {
      clear();
      writeAll(Deno.stderr, encoder.encode(line + "\n"));
    },
    status(line) {
      if (!isInteractive) return;
      hasStatus = line !== "";
      writeAll(Deno.stderr, encoder.encode(`\r\x1b[K${line}`));
    },
  };
}

/** A pipe may take less than all at once. */
function writeAll(
  to: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  for (let at = 0; at < bytes.length;) {
    at += to.writeSync(bytes.subarray(at));
  }
}
