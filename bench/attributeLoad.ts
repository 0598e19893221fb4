/** `attribute.load`: from an index file to an index that can be searched; the limit is to read the file and its SHA-256. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttributionIndex } from "../attribution/attributionIndex.ts";
import { loadIndex, saveIndex } from "../attribution/indexFile.ts";
import { type Result, resultOf } from "./benchmark.ts";
import { median } from "./measure.ts";

const TIMES = 9;

export async function attributeLoad(index: AttributionIndex, report: (result: Result) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "attribute-load-"));
  try {
    const path = join(folder, "index");
    await saveIndex(path, index);
    const [loads, limits]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let i = 0; i < TIMES; i++) {
      loads.push(await millisecondsOf(() => loadIndex(path)));
      limits.push(
        await millisecondsOf(async () => {
          const file = await readFile(path);
          createHash("sha256").update(file).digest();
          bytes = file.length;
        }),
      );
    }
    const ms = median(loads);
    report(
      resultOf({
        name: "attribute.load",
        value: ms,
        unit: "ms by the clock",
        better: "less",
        limit: median(limits),
        note: `a file of ${(bytes / 1e6).toFixed(1)} MB in the system's cache, ${(bytes / 1e3 / ms).toFixed(0)} MB/s: read at once, hashed, every entry checked; the first load ${loads[0]!.toFixed(1)} ms; limit: read and hashed`,
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
