/**
 * KANN's file format, byte for byte (rspamd `contrib/kann`, `kad_save`).
 *
 * Little-endian: `"KAN\1"`, the nodes, then the float32 values of all variable
 * leaves and of all constant leaves, each in the order of the nodes.
 *
 * @module
 */

import {
  type Graph,
  type GraphNode,
  LEAF,
  NetworkError,
  sizeOf,
} from "./graph.ts";

const MAGIC = 0x014e414b; // "KAN\1"
/** As in KANN (`KAD_MAX_DIM`). */
const MAX_DIMENSIONS = 4;
/** rspamd's largest networks have some sixty nodes. */
const MAX_NODES = 4096;

/** Reads little-endian numbers and never past the end. */
class Reader {
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  get remaining(): number {
    return this.#view.byteLength - this.#at;
  }

  /** Position of the next `size` bytes, which are there. */
  #take(size: number): number {
    if (size > this.remaining) {
      throw new NetworkError(
        `the KANN data ends after ${this.#view.byteLength} bytes, in the middle of the network`,
      );
    }
    const at = this.#at;
    this.#at += size;
    return at;
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  bytes(size: number): Uint8Array {
    const at = this.#view.byteOffset + this.#take(size);
    return new Uint8Array(this.#view.buffer, at, size).slice();
  }

  floats(count: number): Float32Array {
    const at = this.#take(4 * count);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      values[i] = this.#view.getFloat32(at + 4 * i, true);
    }
    return values;
  }
}

/**
 * Reads a network from KANN's format.
 *
 * @param bytes the whole file, decompressed
 * @returns the graph; {@linkcode encodeKann} gives back the same bytes
 * @throws {NetworkError} when the bytes are not a network: wrong magic, cut
 * off, too long, impossible shapes or references, weights that are no numbers
 */
export function decodeKann(bytes: Uint8Array): Graph {
  const reader = new Reader(bytes);
  if (reader.remaining < 8 || reader.int32() !== MAGIC) {
    throw new NetworkError("this is not a KANN network: it lacks the magic");
  }
  const count = reader.int32();
  if (count < 1 || count > MAX_NODES) {
    throw new NetworkError(
      `the KANN network claims ${count} nodes; 1 to ${MAX_NODES} are possible`,
    );
  }
  const nodes: GraphNode[] = [];
  for (let i = 0; i < count; i++) nodes.push(readNode(reader, i));
  readValues(reader, nodes, LEAF.variable);
  readValues(reader, nodes, LEAF.constant);
  if (reader.remaining > 0) {
    throw new NetworkError(
      `${reader.remaining} bytes follow the end of the KANN network`,
    );
  }
  return { nodes };
}

function readNode(reader: Reader, index: number): GraphNode {
  const label = reader.int32();
  const role = reader.int32();
  const flag = reader.uint8();
  const childCount = reader.int32();
  if (childCount < 0 || childCount > MAX_NODES) {
    throw new NetworkError(`node ${index} claims ${childCount} children`);
  }
  if (childCount === 0) {
    const dims = readDims(reader, index);
    return { kind: "leaf", label, role, flag, dims };
  }
  const op = reader.uint16();
  const children = Array.from({ length: childCount }, () => reader.int32());
  if (children.some((child) => child < 0 || child >= index)) {
    throw new NetworkError(`node ${index} has a child that is not before it`);
  }
  const previous = reader.int32();
  if (previous < -1 || previous >= index) {
    throw new NetworkError(`node ${index} recurs to node ${previous}`);
  }
  const parameterSize = reader.int32();
  if (parameterSize < 0) {
    throw new NetworkError(`node ${index} has parameters of negative size`);
  }
  const parameters = reader.bytes(parameterSize);
  return {
    kind: "operator",
    label,
    role,
    flag,
    op,
    children,
    previous,
    parameters,
  };
}

function readDims(reader: Reader, index: number): number[] {
  const count = reader.uint8();
  if (count > MAX_DIMENSIONS) {
    throw new NetworkError(
      `node ${index} has ${count} dimensions; at most ${MAX_DIMENSIONS} are possible`,
    );
  }
  const dims = Array.from({ length: count }, () => reader.int32());
  if (dims.some((dim) => dim < 1) || sizeOf(dims) > 2 ** 28) {
    throw new NetworkError(
      `node ${index} has the impossible shape [${dims.join(", ")}]`,
    );
  }
  return dims;
}

function readValues(reader: Reader, nodes: GraphNode[], flag: number): void {
  for (const [index, node] of nodes.entries()) {
    if (node.kind !== "leaf" || !holdsValues(node.flag, flag)) continue;
    node.values = reader.floats(sizeOf(node.dims));
    const wrong = node.values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new NetworkError(
        `weight ${wrong} of node ${index} is ${node.values[wrong]}`,
      );
    }
  }
}

/** A leaf with both flags counts as a variable, as in KANN. */
function holdsValues(nodeFlag: number, flag: number): boolean {
  return flag === LEAF.variable
    ? (nodeFlag & LEAF.variable) !== 0
    : (nodeFlag & LEAF.variable) === 0 && (nodeFlag & LEAF.constant) !== 0;
}

/** Writes a network in KANN's format. */
export function encodeKann(graph: Graph): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encodedSize(graph));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const int32 = (value: number) => {
    view.setInt32(at, value, true);
    at += 4;
  };
  const uint8 = (value: number) => view.setUint8(at++, value);

  int32(MAGIC);
  int32(graph.nodes.length);
  for (const node of graph.nodes) {
    int32(node.label);
    int32(node.role);
    uint8(node.flag);
    if (node.kind === "leaf") {
      int32(0);
      uint8(node.dims.length);
      node.dims.forEach(int32);
    } else {
      int32(node.children.length);
      view.setUint16(at, node.op, true);
      at += 2;
      node.children.forEach(int32);
      int32(node.previous);
      int32(node.parameters.length);
      bytes.set(node.parameters, at);
      at += node.parameters.length;
    }
  }
  for (const flag of [LEAF.variable, LEAF.constant]) {
    for (const node of graph.nodes) {
      if (node.kind !== "leaf" || !holdsValues(node.flag, flag)) continue;
      for (const value of node.values ?? new Float32Array(sizeOf(node.dims))) {
        view.setFloat32(at, value, true);
        at += 4;
      }
    }
  }
  return bytes;
}

function encodedSize(graph: Graph): number {
  let size = 8;
  for (const node of graph.nodes) {
    size += 13;
    if (node.kind === "operator") {
      size += 10 + 4 * node.children.length + node.parameters.length;
    } else {
      size += 1 + 4 * node.dims.length;
      if (node.flag & (LEAF.variable | LEAF.constant)) {
        size += 4 * sizeOf(node.dims);
      }
    }
  }
  return size;
}
