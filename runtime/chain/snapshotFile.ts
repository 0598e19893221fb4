/**
 * The portable snapshot: the whole state after a batch's last block in one file, for whoever must leave without a node. It says
 * of itself which root it has; only the host says whether that root counts. Spec: docs/spec/faults.md#snapshots.
 */
import { type FileHandle, open, rename } from "node:fs/promises";
import { z } from "zod";
import { equalBytes, fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { State, TABLES } from "../../protocol/state/state.ts";
import { SEGMENT_ITEMS } from "../../protocol/tree/segments.ts";
import type { Table } from "../../protocol/tree/table.ts";
import { TributaryError } from "../errors.ts";

/** The first line of the file. */
export interface SnapshotHeader {
  format: 1;
  chainId: number;
  rollup: Hex;
  batch: number;
  /** Of the batch's last block. */
  height: number;
  stateRoot: Hex;
  /** Records of each table, in field order. */
  lengths: number[];
}

export type SnapshotReading = { header: SnapshotHeader; state: State } | { problem: string };

/** Longer first lines are none of ours. */
const MAX_HEADER_BYTES = 1_024;
const PARTS = [...TABLES, "system"] as const;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hex = (digits: number) =>
  z.custom<Hex>((value) => typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(value));
const headerSchema = z.strictObject({
  format: z.literal(1),
  chainId: count,
  rollup: hex(40),
  batch: count,
  height: count,
  stateRoot: hex(64),
  lengths: z.array(count).length(TABLES.length),
});

/**
 * Writes the state, which must not change meanwhile; the file is there under its name only when it is whole and on disk. Throws
 * `store-unavailable`.
 */
export async function writeSnapshot(
  path: string,
  state: State,
  about: Pick<SnapshotHeader, "chainId" | "rollup" | "batch" | "height">,
): Promise<SnapshotHeader> {
  const { chainId, rollup, batch, height } = about;
  const lengths = TABLES.map((name) => state[name].length);
  const header: SnapshotHeader = { format: 1, chainId, rollup, batch, height, stateRoot: toHex(state.root()), lengths };
  const unfinished = `${path}.unfinished`;
  try {
    const file = await open(unfinished, "w");
    try {
      await file.writeFile(`${JSON.stringify(header)}\n`);
      for (const name of PARTS) for (const bytes of segmentsOf(state[name])) await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    throw new TributaryError("store-unavailable", `cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  return header;
}

/** What the file says of itself, nothing of it checked but its form. */
export async function readSnapshotHeader(path: string): Promise<SnapshotHeader | { problem: string }> {
  return withFile(path, async (file) => {
    const found = await headerOf(file);
    return "problem" in found ? found : found.header;
  });
}

/**
 * The state in the file, when it has the root that the file says; otherwise what is wrong. Throws `invalid-params` when there is
 * no file that can be read.
 */
export async function readSnapshot(path: string): Promise<SnapshotReading> {
  return withFile(path, async (file) => {
    const found = await headerOf(file);
    if ("problem" in found) return found;
    const { header, start } = found;
    // Before anything is allocated: the lengths are claims.
    const expected = start + PARTS.reduce((sum, name, i) => sum + bytesOf(name, header.lengths[i] ?? 1), 0);
    const { size } = await file.stat();
    if (size !== expected) return { problem: `it has ${size} bytes, its first line makes ${expected}` };
    const state = new State();
    let at = start;
    for (const [i, name] of PARTS.entries()) at = await restore(state[name], header.lengths[i] ?? 1, file, at);
    const root = state.root();
    if (equalBytes(root, fromHex(header.stateRoot))) return { header, state };
    return { problem: `its records give the root ${toHex(root)}, it says ${header.stateRoot}` };
  });
}

const bytesOf = (name: (typeof PARTS)[number], length: number): number => length * (name === "attributions" ? 32 : 128);

function* segmentsOf({ items, length }: Table): Generator<Uint8Array> {
  for (let from = 0; from < length; from += SEGMENT_ITEMS) {
    const used = Math.min(SEGMENT_ITEMS, length - from) * items.itemBytes;
    yield items.segment(from / SEGMENT_ITEMS).subarray(0, used);
  }
}

async function restore(table: Table, length: number, file: FileHandle, start: number): Promise<number> {
  let at = start;
  for (let from = 0; from < length; from += SEGMENT_ITEMS) {
    const bytes = await readAt(file, at, Math.min(SEGMENT_ITEMS, length - from) * table.items.itemBytes);
    table.restoreSegment(from / SEGMENT_ITEMS, bytes);
    at += bytes.length;
  }
  table.restoreLength(length);
  return at;
}

async function headerOf(file: FileHandle): Promise<{ header: SnapshotHeader; start: number } | { problem: string }> {
  const bytes = await readAt(file, 0, MAX_HEADER_BYTES);
  const end = bytes.indexOf(0x0a);
  const parsed = headerSchema.safeParse(end < 0 ? undefined : jsonOf(bytes.subarray(0, end)));
  if (!parsed.success) return { problem: "its first line does not describe a snapshot of this version" };
  return { header: parsed.data, start: end + 1 };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Up to `length` bytes: fewer only at the file's end. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await read(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new TributaryError("invalid-params", `cannot read ${path}: ${(cause as Error).message}`, { cause });
  } finally {
    await file?.close();
  }
}
