/**
 * The identities and terms that stand beside indices in what is signed (rule 14), from the RPC: one batch for all that a
 * transaction needs, kept where they seldom change.
 */
import type { AccountView, ContributionView, DatanetView, ModelView } from "../protocol/api.ts";
import { fromHex } from "../protocol/bytes.ts";
import { identify, type Transaction } from "../protocol/transactions/registry.ts";
import { type Identities, NO_DATANET_TERMS, NO_MODEL_TERMS } from "../protocol/transactions/transaction.ts";
import type { Transport } from "./transport.ts";

/** What of each record is signed. */
interface Signed {
  account: Pick<AccountView, "owner">;
  datanet: Pick<DatanetView, "metadataHash" | "lineageBps" | "curatorBps">;
  contribution: Pick<ContributionView, "contentRoot">;
  model: Pick<ModelView, "artifactRoot" | "ownerBps" | "royaltyBps">;
}
type Kind = keyof Signed;
/** A transaction before its sender is known. */
export type Unsent = Pick<Transaction, "name" | "body">;

const KINDS: readonly Kind[] = ["account", "datanet", "contribution", "model"];
const ZERO_20 = new Uint8Array(20);
const ZERO_32 = new Uint8Array(32);
/** About 20 MB; the oldest go first. */
const MAX_KEPT = 100_000;

/** Indices of the records of which something is signed with the transaction. */
export function neededRecords(transaction: Unsent): Record<Kind, Set<number>> {
  const needed: Record<Kind, Set<number>> = {
    account: new Set(),
    datanet: new Set(),
    contribution: new Set(),
    model: new Set(),
  };
  const note = <T>(kind: Kind, value: T) => {
    return (index: number): T => {
      needed[kind].add(index);
      return value;
    };
  };
  identify(transaction, {
    owner: note("account", ZERO_20),
    metadataHash: note("datanet", ZERO_32),
    contentRoot: note("contribution", ZERO_32),
    artifactRoot: note("model", ZERO_32),
    datanetTerms: note("datanet", NO_DATANET_TERMS),
    modelTerms: note("model", NO_MODEL_TERMS),
  });
  return needed;
}

export class IdentitySource {
  readonly #transport: Transport;
  readonly #kept = new Map<string, Signed[Kind]>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All that `transaction` needs; a missing record counts as zeros. */
  async load(transaction: Unsent): Promise<Identities> {
    const needed = neededRecords(transaction);
    const found = new Map<string, Signed[Kind] | undefined>();
    await Promise.all(
      KINDS.flatMap((kind) =>
        [...needed[kind]].map(async (index) => {
          found.set(`${kind} ${index}`, await this.#get(kind, index));
        }),
      ),
    );
    const at = <K extends Kind>(kind: K, index: number) => found.get(`${kind} ${index}`) as Signed[K] | undefined;
    const bytes = (hex: string | undefined, zeros: Uint8Array) => (hex === undefined ? zeros : fromHex(hex));
    return {
      owner: (index) => bytes(at("account", index)?.owner, ZERO_20),
      metadataHash: (index) => bytes(at("datanet", index)?.metadataHash, ZERO_32),
      contentRoot: (index) => bytes(at("contribution", index)?.contentRoot, ZERO_32),
      artifactRoot: (index) => bytes(at("model", index)?.artifactRoot, ZERO_32),
      datanetTerms: (index) => at("datanet", index) ?? NO_DATANET_TERMS,
      modelTerms: (index) => at("model", index) ?? NO_MODEL_TERMS,
    };
  }

  /** Drops what is kept for `transaction`: after a rollback an index can name another record, and terms can change. */
  forget(transaction: Unsent): void {
    const needed = neededRecords(transaction);
    for (const kind of KINDS) for (const index of needed[kind]) this.#kept.delete(`${kind} ${index}`);
  }

  async #get(kind: Kind, index: number): Promise<Signed[Kind] | undefined> {
    const key = `${kind} ${index}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const found = await this.#fetch(kind, index);
    // A datanet's description and terms change as its owner likes; nothing else does often.
    if (found === undefined || kind === "datanet") return found;
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, found);
    return found;
  }

  async #fetch(kind: Kind, index: number): Promise<Signed[Kind] | undefined> {
    const transport = this.#transport;
    if (kind === "account") return (await transport.request("getAccount", { index }))[0];
    if (kind === "datanet") return (await transport.request("getDatanet", { index })) ?? undefined;
    if (kind === "contribution") return (await transport.request("getContribution", { index })) ?? undefined;
    return (await transport.request("getModel", { index })) ?? undefined;
  }
}
