/** What `tributary devnet` does. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lifecycle, stopOnSignals } from "../../runtime/lifecycle.ts";
import { runMainJob } from "../devnet/mainJob.ts";
import { EXIT_FAILED, reportError } from "../errors.ts";

/** As a shell reports a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

interface Options {
  once?: boolean;
  dataDir?: string;
  challengeWindow?: number;
  fault?: boolean;
}

/** Seconds. A lie must be proven in time by a machine that does all the rest, too. */
const WINDOW = 10;
const WINDOW_WITH_FAULT = 30;

export async function runDevnet({ once = false, dataDir, challengeWindow, fault = false }: Options): Promise<void> {
  const lifecycle = new Lifecycle({ onError: (part, error) => console.error(`${part} did not stop cleanly`, error) });
  stopOnSignals(lifecycle);
  const stopped = new Promise<void>((resolve) => lifecycle.signal.addEventListener("abort", () => resolve()));
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "tributary-")));
  const challengeWindowSeconds = challengeWindow ?? (fault ? WINDOW_WITH_FAULT : WINDOW);
  const job = { dataDir: folder, challengeWindowSeconds, staysUp: !once, withFault: fault };
  const outcome = await Promise.race([
    runMainJob(job, lifecycle).then(
      () => 0,
      (error: unknown) => reportError(error) || EXIT_FAILED,
    ),
    stopped.then(() => EXIT_INTERRUPTED),
  ]);
  if (outcome === 0 && !once) await stopped;
  await lifecycle.stop();
  if (outcome !== 0 && outcome !== EXIT_INTERRUPTED) console.error(`logs are in ${folder}`);
  else if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  // A job that was interrupted still waits for a network that is gone.
  process.exit(outcome);
}
