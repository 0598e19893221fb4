/** A chain on a store, with blocks that the test writes out. */
import { BlockExecution } from "../../protocol/block.ts";
import { concat, equalBytes, toHex } from "../../protocol/bytes.ts";
import { accumulate } from "../../protocol/inbox.ts";
import { NONCE, ownerOf } from "../../protocol/state/account.ts";
import { encodeSigned, type Transaction, transactionHash } from "../../protocol/transactions/registry.ts";
import { identitiesOf } from "../../protocol/transactions/transaction.ts";
import { Chain, type ChainOptions, sealBlock } from "../../runtime/chain/chain.ts";
import type { StoredBlock } from "../../runtime/chain/storedBlock.ts";
import { textKey } from "../../runtime/store/keys.ts";
import { openStore, type Store } from "../../runtime/store/store.ts";
import { transfer } from "./transfer.ts";
import { alice, bob, depositMessage, ENVIRONMENT, PEOPLE, type Person, signHash } from "./world.ts";

export interface LedgerOptions extends Partial<ChainOptions> {
  wrap?: (store: Store) => Store;
}

export class Ledger {
  readonly chain: Chain;
  readonly warnings: string[];
  timestamp = 1_000_000;

  private constructor(chain: Chain, warnings: string[]) {
    this.chain = chain;
    this.warnings = warnings;
  }

  static async open(path: string, { wrap = (store) => store, ...options }: LedgerOptions = {}): Promise<Ledger> {
    const store = await openStore(path);
    const warnings: string[] = [];
    const identity = { chainId: 901, rollup: "0x77", genesisRoot: "0x00" } as const;
    const warn = (message: string): number => warnings.push(message);
    try {
      const base = { store: wrap(store), identity, separator: ENVIRONMENT.separator, warn };
      return new Ledger(await Chain.open({ ...base, ...options }), warnings);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.chain.close();
    await this.chain.store.close();
  }

  /** Signs by their owners (or the signer given), runs, seals and commits. */
  async block(transactions: readonly Transaction[], messages: readonly Uint8Array[] = [], signer?: Person) {
    const block = this.run(transactions, messages, signer);
    await this.chain.commit([block]);
    return block;
  }

  /** As `block`, without writing it. */
  run(transactions: readonly Transaction[], messages: readonly Uint8Array[] = [], signer?: Person): StoredBlock {
    const { state, head } = this.chain;
    const start = { timestamp: this.timestamp, feeAccount: 0, messages };
    const execution = new BlockExecution(state, ENVIRONMENT, start);
    const content: Uint8Array[] = [];
    for (const transaction of transactions) {
      const signed = { ...transaction, signature: this.#sign(transaction, signer) };
      const packed = encodeSigned(signed);
      if (!execution.admit(signed, packed.length)) throw new Error("the test's block is full");
      execution.results.push(execution.run(signed, packed.length));
      content.push(packed);
    }
    return sealBlock(state, {
      height: head.height + 1,
      firstInboxIndex: head.inboxIndex,
      inboxAcc: messages.reduce((acc, message) => accumulate(acc, message, this.timestamp), head.inboxAcc),
      content: concat(...content),
      results: execution.results,
      ...start,
    });
  }

  #sign(transaction: Transaction, signer: Person | undefined): Uint8Array {
    const { state, separator } = this.chain;
    const { account } = transaction;
    const known = state.accounts.has(account);
    const owner = known
      ? PEOPLE.find(({ address }) => equalBytes(address, ownerOf(state.accounts, account)))
      : undefined;
    const nonce = known ? state.accounts.number(account, NONCE) : 0;
    const hash = transactionHash(separator, transaction, nonce, identitiesOf(state));
    return signHash(hash, signer ?? owner ?? PEOPLE[0]);
  }
}

/** Two accounts, then blocks of a transfer each, up to `height`, with snapshots as they fall due. Returns the new roots. */
export async function grow(ledger: Ledger, height: number): Promise<string[]> {
  const { chain } = ledger;
  if (chain.head.height === 0) {
    await ledger.block([], [depositMessage(alice, 10n ** 12n), depositMessage(bob, 10n ** 12n)]);
  }
  const roots: string[] = [];
  while (chain.head.height < height) {
    await ledger.block([transfer(0, 1, BigInt(chain.head.height))]);
    chain.snapshotIfDue();
    roots.push(toHex(chain.head.root));
  }
  return roots;
}

/** Head and state, to be compared. */
export const heads = ({ chain }: Ledger) => ({ ...chain.head, state: toHex(chain.state.root()) });

/** Waits until no snapshot is being written, then says at which heights there are some. */
export async function snapshots({ chain }: Ledger): Promise<number[]> {
  await chain.close();
  const found: number[] = [];
  for (const slot of ["a", "b"]) {
    const bytes = await chain.store.snapshots.get(textKey(slot));
    if (bytes !== undefined) found.push((JSON.parse(new TextDecoder().decode(bytes)) as { height: number }).height);
  }
  return found.sort((a, b) => a - b);
}
