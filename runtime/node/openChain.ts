/** A node at start: what the host says of the instance, and the store that must belong to it. */
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { domainSeparator } from "../../protocol/transactions/registry.ts";
import { Chain, checkGenesis } from "../chain/chain.ts";
import type { HostReader } from "../host/hostReader.ts";
import type { Instance } from "../rpc/node.ts";
import { openStore, type Store } from "../store/store.ts";

export function instanceOf(reader: HostReader): Instance {
  return {
    chainId: reader.chainId,
    rollup: reader.rollup,
    token: reader.token,
    vault: reader.vault,
    inbox: reader.inbox,
    genesisRoot: toHex(reader.genesisRoot),
    configHash: toHex(reader.configHash),
    deploymentBlock: reader.deploymentBlock,
    challengeWindowSeconds: reader.challengeWindow,
  };
}

export interface OpenedChain {
  store: Store;
  chain: Chain;
}

/** Opens a node's store and chain for the instance that the host shows. Throws TributaryError. */
export async function openChain(
  reader: HostReader,
  dataDir: string,
  options: {
    role: "sequencer" | "verifier";
    snapshotEvery?: number;
    warn?: (message: string, error?: unknown) => void;
  },
): Promise<OpenedChain> {
  checkGenesis(reader.genesisRoot);
  const { chainId, rollup } = reader;
  const separator = domainSeparator({ chainId, verifyingContract: fromHex(rollup) });
  const store = await openStore(dataDir);
  try {
    const { role, ...rest } = options;
    const identity = { chainId, rollup, genesisRoot: toHex(reader.genesisRoot), role };
    return { store, chain: await Chain.open({ store, identity, separator, ...rest }) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
