/** An index on disk: written whole or not at all, read in one go. */
import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { equalBytes } from "../protocol/bytes.ts";
import type { AttributionIndex } from "./attributionIndex.ts";
import { CHECKSUM_BYTES, IndexFormatError, indexParts, readIndex } from "./indexFormat.ts";

/** A file that is no index, or not a whole one, or that contradicts itself. The message names file and reason. */
export class IndexFileError extends Error {
  override readonly name = "IndexFileError";
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`index file ${path}: ${problem}`, options);
    this.path = path;
  }
}

/** Node reads and writes less than 2 GiB at once. */
const MAX_TRANSFER = 2 ** 30;

/** Writes the index; a reader sees the old file or the whole new one. File system errors pass through. */
export async function saveIndex(path: string, index: AttributionIndex): Promise<void> {
  const partial = `${path}.partial`;
  const file = await open(partial, "w");
  try {
    const checksum = createHash("sha256");
    for (const part of indexParts(index)) {
      checksum.update(part);
      await writeAll(file, part);
    }
    await writeAll(file, checksum.digest());
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Reads an index. Throws IndexFileError if the file is no index of this version, is truncated or too long, fails its
 * checksum, or holds values that no corpus gives. File system errors (no such file) pass through.
 */
export async function loadIndex(path: string): Promise<AttributionIndex> {
  const bytes = await readAll(path);
  const isWhole = hasValidChecksum(bytes);
  try {
    const index = readIndex(bytes);
    if (!isWhole) throw new IndexFormatError("checksum does not match");
    return index;
  } catch (error) {
    // A damaged file may fail in the format first: then that says more than the checksum would.
    if (error instanceof IndexFormatError) throw new IndexFileError(path, error.message, { cause: error });
    throw error;
  }
}

function hasValidChecksum(bytes: Uint8Array): boolean {
  const end = Math.max(0, bytes.length - CHECKSUM_BYTES);
  return equalBytes(createHash("sha256").update(bytes.subarray(0, end)).digest(), bytes.subarray(end));
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    from += (await file.write(bytes, from, Math.min(MAX_TRANSFER, bytes.length - from))).bytesWritten;
  }
}

/** The whole file at the start of a buffer of its own, as aligned views need it. */
async function readAll(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let from = 0; from < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, from, Math.min(MAX_TRANSFER, bytes.length - from), from);
      if (bytesRead === 0) throw new IndexFileError(path, "became shorter while it was read");
      from += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
