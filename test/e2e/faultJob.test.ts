/** The main job with a sequencer that tries to take all deposits once: nobody has to do anything, and everything settles. */
import { expect, test } from "vitest";
import { run } from "../cli/commandLine.ts";
import { temporaryDirectories } from "../support/directories.ts";

const directory = temporaryDirectories();
const PATIENCE_MS = 600_000;

test(
  "devnet --once --fault ends well",
  async () => {
    const { code, stdout, stderr } = await run(["devnet", "--once", "--fault", "--data-dir", await directory()]);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    const steps = [
      /the sequencer turns dishonest: batch (\d+) says that the Vault owes it 10000 tokens/,
      /the verifier proves it: the host removed the batch after \d+ s/,
      /a bonded successor takes over: sequencer http/,
      /claiming for .*: [1-9]\d* contributions paid out/,
      /withdrawing to the host: the Vault paid [\d.]+ tokens/,
      /last agreement: \d+ batches/,
      /proven by +the verifier \(0x[0-9a-fA-F]{40}\), unattended/,
      /its bond +10 ETH, now 0 /,
      /the prover's reward +5 ETH/,
    ];
    const places = steps.map((step) => stdout.search(step));
    expect(places, stdout).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const settled = Number(/last agreement: (\d+) batches/.exec(stdout)![1]);
    expect(settled).toBeGreaterThanOrEqual(Number(steps[0]!.exec(stdout)![1]));
  },
  PATIENCE_MS,
);
