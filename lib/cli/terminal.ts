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

/** What was asked for could not be written. */
export class OutputError extends Error {
  override name = "OutputError";
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
      try {
        writeAll(Deno.stdout, encoder.encode(line + "\n"));
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw error;
        throw new OutputError(
          `cannot write to standard output: ${(error as Error).message}`,
        );
      }
    },
    note(line) {
      clear();
      writeAll(Deno.stderr, encoder.encode(line + "\n"));
    },
    status(line) {
      if (!isInteractive) return;
      hasStatus = line !== "";
      // A line that wraps could not be rewritten.
      const visible = line.slice(0, Math.max(0, columns() - 1));
      writeAll(Deno.stderr, encoder.encode(`\r\x1b[K${visible}`));
    },
  };
}

/** Width of the terminal, which may change; 80 where it is unknown. */
function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
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
