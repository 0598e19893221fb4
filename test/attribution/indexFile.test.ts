import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AttributionIndex, buildIndex } from "../../attribution/attributionIndex.ts";
import { buildCorpus, type Corpus } from "../../attribution/corpus.ts";
import { createEngine } from "../../attribution/engine.ts";
import { IndexFileError, loadIndex, saveIndex } from "../../attribution/indexFile.ts";
import { exampleCorpus } from "./exampleCorpus.ts";

let folder: string;
let path: string;
let whole: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "index-file-"));
  path = join(folder, "example.index");
  await saveIndex(path, buildIndex(exampleCorpus()));
  whole = await readFile(path);
});
afterAll(() => rm(folder, { recursive: true }));

async function load(bytes: Uint8Array) {
  const other = join(folder, "other.index");
  await writeFile(other, bytes);
  return loadIndex(other);
}

function bytesOf(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** The file with one change and a checksum that fits it: what a forger would write, not what a bad disk does. */
function forged(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(whole);
  change(bytes);
  createHash("sha256")
    .update(bytes.subarray(0, -32))
    .digest()
    .copy(bytes, bytes.length - 32);
  return bytes;
}

const wide = (): Corpus =>
  buildCorpus([{ contribution: 0, text: Array.from({ length: 65_540 }, (_, i) => `w${i}`).join(" ") }]);

test.each([
  ["an example", exampleCorpus],
  ["an empty corpus", () => buildCorpus([])],
  ["a corpus with an empty document", () => buildCorpus([{ contribution: 7, text: "--" }])],
  ["a corpus with more than 16 bits a token", wide],
])("%s comes back as it was", async (_, corpus) => {
  const index = buildIndex(corpus());
  await saveIndex(path, index);
  const loaded = await loadIndex(path);
  const arrays = ({ corpus, suffixes, wordStarts }: AttributionIndex) => {
    const { vocabulary, tokens, ...rest } = corpus;
    const packed = [tokens.words, suffixes.words];
    return [...packed, wordStarts, vocabulary.pool, vocabulary.bounds, ...Object.values(rest)];
  };
  for (const [i, array] of arrays(index).entries()) {
    const other = arrays(loaded)[i]!;
    expect(other.constructor).toBe(array.constructor);
    expect(Buffer.compare(bytesOf(other), bytesOf(array))).toBe(0); // toEqual takes seconds on the wide corpus
  }
  const output = "A house divided against itself cannot stand: w1 w2 w3 w4.";
  const options = { marginBits: 0 };
  expect(createEngine(loaded).trace(output, options)).toEqual(createEngine(index).trace(output, options));
  expect(await readdir(folder)).not.toContain("example.index.partial");
});

test("every truncation is an IndexFileError that names the file", async () => {
  for (let length = 0; length < whole.length; length += length < 100 || length > whole.length - 40 ? 1 : 37) {
    await expect(load(whole.subarray(0, length))).rejects.toThrow(/other\.index: truncated: \d+/);
  }
});

test("every damaged byte is an IndexFileError", async () => {
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x41;
    await expect(load(damaged)).rejects.toThrow(IndexFileError);
  }
});

test.each([
  ["another format", /not an attribution index/, (b: Buffer) => b.write("NOTINDEX")],
  ["another version", /version 1 is not supported/, (b: Buffer) => b.writeUInt32LE(1, 8)],
  ["absurd counts", /header is damaged/, (b: Buffer) => b.fill(0xff, 12, 20)],
  ["another corpus root", /corpus root does not match/, (b: Buffer) => b.fill(1, 44, 76)],
  ["word bounds that fall", /word bounds are damaged/, (b: Buffer) => b.writeUInt32LE(0, 84)],
  ["a suffix outside the tokens", /suffixes are damaged/, (b: Buffer) => b.fill(0xff, b.length - 64, b.length - 60)],
])("a forged file with %s is refused", async (_, message, change) => {
  await expect(load(forged((bytes) => void change(bytes)))).rejects.toThrow(message);
});

test("too long, and not there", async () => {
  await expect(load(Buffer.concat([whole, Buffer.alloc(3)]))).rejects.toThrow(/3 bytes too long/);
  await expect(loadIndex(join(folder, "absent"))).rejects.toThrow(/ENOENT/);
});
