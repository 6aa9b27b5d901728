/**
 * Kernels on samples in compressed sparse rows.
 *
 * @module
 */

const CACHE_LINE_BYTES = 64;

function element(array: usize, index: u32): usize {
  return array + (<usize> index << 2);
}

/**
 * Loads something of every cache line of some rows. They lie anywhere in
 * memory; this way they come all at once, and not one after the other when they
 * are needed.
 *
 * @param scratch gets what was loaded, so that it is not optimised away
 */
function fetchRows(
  rows: usize,
  rowCount: i32,
  starts: usize,
  elements: usize,
  scratch: usize,
): void {
  let loaded: u32 = 0;
  for (let i = 0; i < rowCount; i++, rows += 4) {
    const start = element(starts, load<u32>(rows));
    const end = element(elements, load<u32>(start, 4));
    let at = element(elements, load<u32>(start));
    for (; at < end; at += CACHE_LINE_BYTES) loaded |= load<u32>(at);
  }
  store<u32>(scratch, loaded);
}

export function findColumns(
  rows: usize,
  rowCount: i32,
  starts: usize,
  indices: usize,
  marks: usize,
  round: u32,
  columns: usize,
): i32 {
  const first = columns;
  fetchRows(rows, rowCount, starts, indices, columns);
  for (let i = 0; i < rowCount; i++, rows += 4) {
    const start = element(starts, load<u32>(rows));
    const end = element(indices, load<u32>(start, 4));
    for (let at = element(indices, load<u32>(start)); at < end; at += 4) {
      const column = load<u32>(at);
      const mark = element(marks, column);
      // One that is known is overwritten by the next: a jump would be slower.
      store<u32>(columns, column);
      columns += <usize> (load<u32>(mark) != round) << 2;
      store<u32>(mark, round);
    }
  }
  return <i32> ((columns - first) >> 2);
}

export function sumRows(
  rows: usize,
  rowCount: i32,
  starts: usize,
  indices: usize,
  values: usize,
  weights: usize,
  bias: f32,
  sums: usize,
): void {
  fetchRows(rows, rowCount, starts, values, sums);
  for (let i = 0; i < rowCount; i++, rows += 4, sums += 4) {
    const start = element(starts, load<u32>(rows));
    let at = element(indices, load<u32>(start));
    let value = element(values, load<u32>(start));
    const end = element(indices, load<u32>(start, 4));
    let sum = bias;
    for (; at < end; at += 4, value += 4) {
      sum += load<f32>(element(weights, load<u32>(at))) * load<f32>(value);
    }
    store<f32>(sums, sum);
  }
}

export function differentiateColumns(
  rows: usize,
  rowCount: i32,
  starts: usize,
  indices: usize,
  values: usize,
  deltas: usize,
  columns: usize,
  columnCount: i32,
  byColumn: usize,
): void {
  for (let i = 0; i < columnCount; i++, columns += 4) {
    store<f32>(element(byColumn, load<u32>(columns)), 0);
  }
  for (let i = 0; i < rowCount; i++, rows += 4, deltas += 4) {
    const start = element(starts, load<u32>(rows));
    let at = element(indices, load<u32>(start));
    let value = element(values, load<u32>(start));
    const end = element(indices, load<u32>(start, 4));
    const delta = load<f32>(deltas);
    for (; at < end; at += 4, value += 4) {
      const sum = element(byColumn, load<u32>(at));
      store<f32>(sum, load<f32>(sum) + delta * load<f32>(value));
    }
  }
}
