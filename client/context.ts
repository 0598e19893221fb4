/** What every action gets: how to reach the node, who signs, which chain. */
import type { ChainIdentity } from "../protocol/receipt.ts";
import { TributaryArgumentError } from "./errors.ts";
import { IdentitySource } from "./identities.ts";
import type { Signer } from "./signer.ts";
import type { OpenSocket } from "./socket.ts";
import type { Transport } from "./transport.ts";

export interface Context {
  readonly transport: Transport;
  readonly account: Signer | undefined;
  readonly identities: IdentitySource;
  readonly openSocket: OpenSocket | undefined;
  /** Host chain and Rollup contract: given, or asked of the node once. */
  chain(): Promise<ChainIdentity>;
  /** Runs `task` after the ones before it for the same key: nonces are taken one at a time. */
  inOrder<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
}

export interface ContextParameters {
  transport: Transport;
  account?: Signer | undefined;
  chain?: ChainIdentity | undefined;
  openSocket?: OpenSocket | undefined;
}

export function createContext({ transport, account, chain, openSocket }: ContextParameters): Context {
  let known = chain === undefined ? undefined : Promise.resolve(chain);
  const last = new Map<string, Promise<unknown>>();
  return {
    transport,
    account,
    openSocket,
    identities: new IdentitySource(transport),
    chain() {
      known ??= transport.request("chainInfo", {}).catch((error: unknown) => {
        known = undefined; // ask again next time
        throw error;
      });
      return known;
    },
    inOrder(key, task) {
      const result = (last.get(key) ?? Promise.resolve()).then(task, task);
      const settled = result.then(ignore, ignore).then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
      last.set(key, settled);
      return result;
    },
  };
}

/** The signer of a write: the action's own, or the client's. Throws TributaryArgumentError when there is none. */
export function signerOf(context: Context, given: Signer | undefined): Signer {
  const signer = given ?? context.account;
  if (signer === undefined) throw new TributaryArgumentError("account", "is needed to sign: pass it to the client");
  return signer;
}

function ignore(): void {}
