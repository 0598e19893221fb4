/**
 * What the sequencer has said under its header key, and how far it tried to post: on disk before it leaves, so that it never
 * contradicts itself, over crashes, rewinds and reorgs of the host. Rules and reasons: docs/spec/faults.md#safe-signing.
 */

import { blockCommitment } from "../protocol/batch.ts";
import {
  type Header,
  headerFromView,
  headerHash,
  headerToView,
  NO_PARENT,
  type Signed,
} from "../protocol/confirmation.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import { decodeJson, encodeJson, getJson } from "../runtime/store/json.ts";
import { numberKey, numberOf, SIGNER_KEY, textKey } from "../runtime/store/keys.ts";
import { del, type Operation, put, type Store } from "../runtime/store/store.ts";
import type { OpenBlock } from "./openBlock.ts";
import { loadWithdrawn, putWithdrawn, removeWithdrawn, type Statement, type Withdrawn } from "./withdrawn.ts";

/** The newest place that anything was signed for. Signing only ever moves on from it, by epoch, then by height. */
interface Mark {
  epoch: number;
  height: number;
  /** The block there is still being built: more of its content may be confirmed. */
  isOpen: boolean;
}

const SIGNED_TO = textKey("signed-to");
const ATTEMPTED_TO = textKey("attempted-to");

interface Known {
  mark: Mark | undefined;
  attemptedTo: number;
  withdrawn: Withdrawn[];
  isSigner: boolean;
}

export class Statements {
  readonly #store: Store;
  #mark: Mark;
  #attemptedTo: number;
  #withdrawn: Withdrawn[];
  /** Struct hash of the newest signed header in the log. */
  #last: { height: number; hash: Uint8Array } | undefined;

  #isKnown: boolean;

  private constructor(store: Store, { mark, attemptedTo, withdrawn, isSigner }: Known) {
    this.#store = store;
    this.#mark = mark ?? { epoch: -1, height: 0, isOpen: false };
    this.#attemptedTo = attemptedTo;
    this.#withdrawn = withdrawn;
    this.#isKnown = isSigner;
  }

  /** `head` is the height of the log's last block. */
  static async open(store: Store, head: number): Promise<Statements> {
    const mark = await getJson<Mark>(store, "meta", SIGNED_TO);
    const attemptedTo = (await getJson<number>(store, "meta", ATTEMPTED_TO)) ?? 0;
    const isSigner = (await getJson<boolean>(store, "meta", SIGNER_KEY)) ?? false;
    const withdrawn = await loadWithdrawn(store);
    const statements = new Statements(store, { mark, attemptedTo, withdrawn, isSigner });
    await statements.#readLast(head);
    return statements;
  }

  /** Whether this store has all that was ever signed under the slot, as far as it knows. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  async makeKnown(): Promise<void> {
    this.#isKnown = true;
    await this.#store.write([put(this.#store.meta, SIGNER_KEY, encodeJson(true))], { sync: true });
  }

  get hasSigned(): boolean {
    return this.#mark.epoch >= 0;
  }

  /** Signed blocks that left the log and still bind, with what lay between them; lowest first. */
  get withdrawn(): readonly Withdrawn[] {
    return this.#withdrawn;
  }

  /** Epoch of what was confirmed of the block being built at `height`; undefined when nothing was. */
  openEpoch(height: number): number | undefined {
    return this.#mark.isOpen && this.#mark.height === height ? this.#mark.epoch : undefined;
  }

  /** Whether a first statement for this place can be made. */
  may(epoch: number, height: number): boolean {
    if (this.#withdrawn.length > 0 || height <= this.#attemptedTo) return false;
    return epoch > this.#mark.epoch || (epoch === this.#mark.epoch && height > this.#mark.height);
  }

  /** The write that must be durable before any content of the block at `height` is confirmed. */
  begin(epoch: number, height: number): Operation[] {
    return [this.#putStatement(height, { epoch, header: null }), this.#moveTo({ epoch, height, isOpen: true })];
  }

  /** Goes with the write that seals the block at `height` without a header, or takes it away: nothing more is said of it. */
  close(height: number): Operation[] {
    return this.openEpoch(height) === undefined ? [] : [this.#moveTo({ ...this.#mark, isOpen: false })];
  }

  /** `parent` of the header at `height`. */
  parentOf(height: number): Uint8Array {
    return this.#last?.height === height - 1 ? this.#last.hash : NO_PARENT;
  }

  /** The write that must be durable before the header is shown. */
  seal(header: Signed<Header>): Operation[] {
    const { epoch, height } = header;
    this.#last = { height, hash: headerHash(header) };
    return [
      this.#putStatement(height, { epoch, header: headerToView(header) }),
      this.#moveTo({ epoch, height, isOpen: false }),
    ];
  }

  /**
   * Notes that blocks up to `height` are about to be posted. In force at once: no other block is signed there from now on.
   * Resolves when it is durable: only then may they be posted.
   */
  async attempt(height: number): Promise<void> {
    if (height <= this.#attemptedTo) return;
    this.#attemptedTo = height;
    await this.#store.write([put(this.#store.meta, ATTEMPTED_TO, encodeJson(height))], { sync: true });
  }

  statement(height: number): Promise<Statement | undefined> {
    return getJson<Statement>(this.#store, "statements", numberKey(height));
  }

  /** Whether an epoch from `epoch` on binds the blocks above `height`, in the log or withdrawn. */
  async bindsFrom(epoch: number, height: number): Promise<boolean> {
    if (this.#withdrawn.some((block) => block.height > height && block.statement.epoch >= epoch)) return true;
    for (const statement of (await this.#statementsAbove(height)).values()) if (statement.epoch >= epoch) return true;
    return false;
  }

  /**
   * What a rewind to the block `last` (undefined: to genesis) has to write, given the blocks that go and the open one: what
   * was signed of them is withdrawn.
   */
  async withdrawal(
    last: StoredBlock | undefined,
    open: OpenBlock | undefined,
  ): Promise<(removed: readonly StoredBlock[]) => Operation[]> {
    const height = last?.height ?? 0;
    const statements = await this.#statementsAbove(height);
    await this.#readLast(height);
    return (removed) => {
      const operations = [...statements.keys()].map((at) => del(this.#store.statements, numberKey(at)));
      const drafts: Draft[] = open === undefined ? [...removed] : [...removed, open.draft()];
      const signed = [...statements.keys()];
      const [lowest, highest] = [signed[0] ?? Infinity, signed.at(-1) ?? -Infinity];
      let epoch = 0;
      const found: Withdrawn[] = [];
      drafts.forEach((draft, i) => {
        if (draft.height < lowest || draft.height > highest) return;
        const statement = statements.get(draft.height) ?? { epoch, header: null };
        epoch = statement.epoch;
        found.push(withdrawnOf(draft, statement, commitmentOf(i === 0 ? last : removed[i - 1])));
      });
      // Nothing is signed while blocks are withdrawn, so that these lie above all that are in the log.
      this.#withdrawn = [...found, ...this.#withdrawn];
      operations.push(...found.map((block) => putWithdrawn(this.#store, block)));
      operations.push(...this.close(this.#mark.height));
      return operations;
    };
  }

  /** The write with which a withdrawn block returns to the log. */
  restore(block: Withdrawn): Operation[] {
    const { height, statement } = block;
    if (statement.header !== null) this.#last = { height, hash: headerHash(headerFromView(statement.header)) };
    this.#withdrawn = this.#withdrawn.filter((other) => other !== block);
    return [removeWithdrawn(this.#store, height), this.#putStatement(height, statement)];
  }

  /** Forgets the withdrawn blocks that can no longer be held against us. */
  async release(blocks: readonly Withdrawn[]): Promise<void> {
    if (blocks.length === 0) return;
    const gone = new Set(blocks);
    this.#withdrawn = this.#withdrawn.filter((block) => !gone.has(block));
    await this.#store.write(
      blocks.map(({ height }) => removeWithdrawn(this.#store, height)),
      { sync: true },
    );
  }

  async #statementsAbove(height: number): Promise<Map<number, Statement>> {
    const found = new Map<number, Statement>();
    for await (const [key, value] of this.#store.statements.iterator({ gt: numberKey(height) })) {
      found.set(numberOf(key), decodeJson(value) as Statement);
    }
    return found;
  }

  async #readLast(height: number): Promise<void> {
    const header = (await this.statement(height))?.header;
    this.#last = header ? { height, hash: headerHash(headerFromView(header)) } : undefined;
  }

  #putStatement(height: number, statement: Statement): Operation {
    return put(this.#store.statements, numberKey(height), encodeJson(statement));
  }

  #moveTo(mark: Mark): Operation {
    this.#mark = mark;
    return put(this.#store.meta, SIGNED_TO, encodeJson(mark));
  }
}

/** Commitment of a block as the parent of the next; zero before the first. */
export const commitmentOf = (block: StoredBlock | undefined): Uint8Array =>
  block === undefined ? new Uint8Array(32) : blockCommitment(block);

/** What a block is made from. */
export type Draft = Pick<StoredBlock, "height" | "firstInboxIndex" | "messages" | "inboxAcc" | "content"> & {
  header: Pick<StoredBlock["header"], "timestamp" | "feeAccount">;
};

function withdrawnOf(block: Draft, statement: Statement, parent: Uint8Array): Withdrawn {
  const { height, firstInboxIndex, messages, inboxAcc, content, header } = block;
  const { timestamp, feeAccount } = header;
  return { height, statement, parent, timestamp, feeAccount, messages, firstInboxIndex, inboxAcc, content };
}
