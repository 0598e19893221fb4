/** What `tributary snapshot` does. */
import type { Hex } from "viem";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { snapshotProblem } from "../../bridge/escape.ts";
import { getFreezeStatus } from "../../bridge/freeze.ts";
import { readSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { connectHost } from "../../runtime/host/hostReader.ts";
import { EXIT_FAILED } from "../errors.ts";

interface Options {
  file: string;
  hostRpc: string;
  rollup: Hex;
  json?: boolean;
}

export async function verify({ file, hostRpc, rollup, json }: Options): Promise<void> {
  const reader = await connectHost({ rpcUrl: hostRpc, rollup });
  const found = await readSnapshot(file);
  const header = "problem" in found ? undefined : found.header;
  const problem = "problem" in found ? found.problem : await onHost(found.header);
  if (json) console.log(JSON.stringify({ valid: problem === undefined, problem: problem ?? null, ...header }, null, 2));
  else if (header === undefined || problem !== undefined) console.log(`INVALID: ${problem}`);
  else {
    console.log(`valid: the state after batch ${header.batch} (block ${header.height}), final on the host`);
    console.log(`state root ${header.stateRoot}`);
  }
  if (problem !== undefined) process.exitCode = EXIT_FAILED;

  async function onHost(of: NonNullable<typeof header>): Promise<string | undefined> {
    const contracts = await getBridgeContracts(reader.client, { rollup });
    const { batch } = await getFreezeStatus(reader.client, { contracts });
    return snapshotProblem(reader, of, batch.id);
  }
}
