/** Counts memory by the constructors that it is asked of. */

const NAMES = [
  "Array",
  "ArrayBuffer",
  "Float32Array",
  "Float64Array",
  "Int32Array",
  "Uint32Array",
  "Uint8Array",
];

type Constructor = new (...args: unknown[]) => object;

/**
 * Bytes of all arrays that a function makes by naming their type, and those
 * that do so which it calls. Views of what is there already do not count.
 */
export function bytesAllocated(fn: () => void): number {
  const scope = globalThis as unknown as Record<string, Constructor>;
  const originals = NAMES.map((name) => scope[name]);
  let bytes = 0;
  NAMES.forEach((name, i) => {
    scope[name] = new Proxy(originals[i], {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget);
        const isView = args[0] instanceof ArrayBuffer;
        if (!isView) bytes += sizeOf(made);
        return made;
      },
    });
  });
  try {
    fn();
  } finally {
    NAMES.forEach((name, i) => scope[name] = originals[i]);
  }
  return bytes;
}

/**
 * Bytes that a function takes from memory, as far as that can be told: the
 * arrays that it makes, and by how much the memory of this thread grows, which
 * has what libraries make, and is less where garbage is collected meanwhile.
 */
export function memoryTaken(fn: () => void): number {
  const before = memoryInUse();
  const allocated = bytesAllocated(fn);
  return Math.max(allocated, memoryInUse() - before);
}

function memoryInUse(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function sizeOf(made: { byteLength?: number; length?: number }): number {
  return made.byteLength ?? 8 * (made.length ?? 0);
}
