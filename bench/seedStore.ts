/** A sequencer's store with a large state and a log behind it, as if it had run for long: written by the node's own code. */
import type { Hex } from "viem";
import { executeBlock } from "../protocol/block.ts";
import { fromHex, toHex } from "../protocol/bytes.ts";
import { State } from "../protocol/state/state.ts";
import { HEIGHT, TIMESTAMP as TIME } from "../protocol/state/system.ts";
import { domainSeparator } from "../protocol/transactions/registry.ts";
import { BlockLog } from "../runtime/chain/blockLog.ts";
import { Chain, sealBlock } from "../runtime/chain/chain.ts";
import { Snapshots } from "../runtime/chain/snapshots.ts";
import { nativeRecover } from "../runtime/signatures/nativeRecover.ts";
import { openStore } from "../runtime/store/store.ts";
import { blockMaker, OPERATOR, randomOf, stateOf, TIMESTAMP, uniformRecords } from "./world.ts";

export interface Seed {
  path: string;
  chainId: number;
  rollup: Hex;
  contributions: number;
  /** Full blocks in the log after the snapshot: they are run again at a start. */
  blocks: number;
}

const NO_MESSAGES = { messages: [], firstInboxIndex: 0, inboxAcc: new Uint8Array(32) };
const START = { timestamp: TIMESTAMP, feeAccount: OPERATOR };
/** Blocks in one write. */
const WRITE = 100;

/** Returns the number of records in the blocks after the snapshot. */
export async function seedStore({ path, chainId, rollup, contributions, blocks }: Seed): Promise<number> {
  const state = stateOf({ contributions });
  state.system.setNumber(0, HEIGHT, 1);
  state.system.setNumber(0, TIME, TIMESTAMP);
  const store = await openStore(path);
  try {
    const first = sealBlock(state, { ...START, ...NO_MESSAGES, height: 1, content: new Uint8Array(0), results: [] });
    await store.write(new BlockLog(store).additions(first));
    await new Snapshots(store).save(state, 1);
    const separator = domainSeparator({ chainId, verifyingContract: fromHex(rollup) });
    const identity = { chainId, rollup, genesisRoot: toHex(new State().root()), role: "sequencer" } as const;
    const chain = await Chain.open({ store, identity, separator, snapshotEvery: Number.MAX_SAFE_INTEGER });
    const make = blockMaker(chain.state, uniformRecords(contributions, randomOf(7)), { separator });
    let records = 0;
    for (let from = 0; from < blocks; from += WRITE) {
      const sealed = Array.from({ length: Math.min(WRITE, blocks - from) }, (_, i) => {
        const { content, records: own } = make();
        records += own.length;
        const results = executeBlock(
          chain.state,
          { separator, recover: nativeRecover },
          { ...START, messages: [] },
          content,
        );
        return sealBlock(chain.state, { ...START, ...NO_MESSAGES, height: 2 + from + i, content, results });
      });
      await chain.commit(sealed);
    }
    await chain.close();
    return records;
  } finally {
    await store.close();
  }
}
