/** Who acts on the host, each with a key of its own that anvil funds. */
import { privateKeyToAccount } from "viem/accounts";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { toHex } from "../../protocol/bytes.ts";
import type { Person } from "../support/world.ts";

export const TOKENS_OWNER = developmentAccount(DEPLOYER);
/** Holds the slot; also its header key. */
export const POSTER = developmentAccount(SEQUENCER);
export const STRANGER = developmentAccount(5);
export const OPEN_POSTER = developmentAccount(6);
export const OTHER_POSTER = developmentAccount(7);
/** The key of verifiers that prove. It sends nothing else. */
export const PROVER = developmentAccount(8);
export const COPYCAT = developmentAccount(9);

/** A user of the rollup, on the host. It has no ETH unless it is given some. */
export const onHost = ({ key }: Person) => privateKeyToAccount(toHex(key));
