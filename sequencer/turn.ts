/** What one turn of the builder makes: blocks, writes, confirmations, answers once these are durable. */
import type { SoftConfirmationView } from "../protocol/api.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import type { Operation } from "../runtime/store/store.ts";
import type { OpenBlock } from "./openBlock.ts";
import type { Cover, Signer } from "./signer.ts";

export class Turn {
  readonly sealed: StoredBlock[] = [];
  readonly operations: Operation[] = [];
  readonly answers: (() => void)[] = [];
  readonly #covers = new Map<number, Cover>();
  readonly #confirmations = new Map<number, SoftConfirmationView>();

  /** What the turn put into `block` is to be confirmed with its write, if it may be. */
  cover(block: OpenBlock, signer: Signer): void {
    const cover = signer.cover(block);
    if (cover === undefined) return;
    this.operations.push(...cover.operations);
    this.#covers.set(block.height, cover);
  }

  /** Signs what was covered: one signature for each block. */
  confirm(): void {
    for (const [height, { confirm }] of this.#covers) this.#confirmations.set(height, confirm());
  }

  confirmationOf(height: number): SoftConfirmationView | undefined {
    return this.#confirmations.get(height);
  }
}
