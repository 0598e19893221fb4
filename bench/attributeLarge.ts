/** `attribute.large`: the index of a corpus of a hundred megabytes, built in a process of its own. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LargeFigures } from "./attributeLargeChild.ts";
import { type Options, type Result, resultOf } from "./benchmark.ts";

const CHARACTERS = 100e6;
const SHORT_CHARACTERS = 2e6;
const MAX_MIB = 2_048;
const MAX_SECONDS = 300;
const MAX_BYTES_PER_TOKEN = 6;

export async function attributeLarge({ short }: Options, report: (result: Result) => void): Promise<void> {
  const child = join(import.meta.dirname, "attributeLargeChild.ts");
  const argv = ["--import", "tsx", child, String(short ? SHORT_CHARACTERS : CHARACTERS)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  const { megabytes, seconds, peakMiB, tokens, words, bytes, traceMs } = JSON.parse(stdout) as LargeFigures;
  const size = `${megabytes.toFixed(0)} MB of text, ${tokens} tokens, ${words} words`;
  report(
    resultOf({
      name: "attribute.large",
      value: peakMiB,
      unit: "MiB resident at most",
      better: "less",
      target: { of: "value", bound: MAX_MIB },
      note: `from starting the process to the finished index, the texts and making them included; ${size}`,
    }),
  );
  report(
    resultOf({
      name: "attribute.large.build",
      value: seconds,
      unit: "s of one core",
      better: "less",
      target: { of: "value", bound: MAX_SECONDS },
      note: `${(megabytes / seconds).toFixed(1)} MB of text/s`,
    }),
  );
  report(
    resultOf({
      name: "attribute.large.bytes",
      value: bytes / tokens,
      unit: "bytes a token",
      better: "less",
      target: { of: "value", bound: MAX_BYTES_PER_TOKEN },
      note: `the whole index; a trace of a sentence takes ${traceNote(traceMs)}`,
    }),
  );
}

const traceNote = ({ median, p99 }: LargeFigures["traceMs"]): string =>
  `${median.toFixed(2)} ms in the median, ${p99.toFixed(2)} ms at the 99th percentile`;
