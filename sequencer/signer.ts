/** Signs headers and confirmations of the sequencer's own blocks, as far as its earlier statements allow. */
import type { SoftConfirmationView } from "../protocol/api.ts";
import { encodeHeader } from "../protocol/batch.ts";
import {
  confirmationDigest,
  confirmationToView,
  type Header,
  headerDigest,
  type SoftConfirmation,
} from "../protocol/confirmation.ts";
import { keccakPacked } from "../protocol/hash.ts";
import { headOf } from "../runtime/chain/chain.ts";
import type { StoredBlock } from "../runtime/chain/storedBlock.ts";
import type { DigestSigner } from "../runtime/signatures/nativeSign.ts";
import type { Operation } from "../runtime/store/store.ts";
import type { OpenBlock } from "./openBlock.ts";
import type { Statements } from "./statements.ts";

/** The open block's content so far, ready to be confirmed. */
export interface Cover {
  /** To be durable before `confirm` is called. */
  operations: Operation[];
  /** Signs: one native signature. */
  confirm(): SoftConfirmationView;
}

export interface SignerOptions {
  statements: Statements;
  /** EIP-712 domain separator. */
  separator: Uint8Array;
  /** Without it nothing is signed. */
  key?: DigestSigner | undefined;
}

export class Signer {
  readonly statements: Statements;
  readonly #separator: Uint8Array;
  readonly #key: DigestSigner | undefined;
  #epoch: number | undefined;

  constructor({ statements, separator, key }: SignerOptions) {
    this.statements = statements;
    this.#separator = separator;
    this.#key = key;
  }

  /** The key's address, 20 bytes. */
  get address(): Uint8Array | undefined {
    return this.#key?.address;
  }

  /** The epoch that the host's latest block shows, if it is ours under this key; else nothing is signed. */
  setEpoch(epoch: number | undefined): void {
    this.#epoch = epoch;
  }

  /** Undefined when nothing may be signed of this block, or it has no content. */
  cover(block: OpenBlock): Cover | undefined {
    const { height, contentLength } = block;
    const epoch = this.#epochFor(height);
    const key = this.#key;
    if (epoch === undefined || key === undefined || contentLength === 0) return undefined;
    const isBegun = this.statements.openEpoch(height) !== undefined;
    const { inbox } = block;
    const contentHash = block.contentHash();
    return {
      operations: isBegun ? [] : this.statements.begin(epoch, height),
      confirm: () => {
        const said: SoftConfirmation = { epoch, height, ...inbox, contentLength, contentHash };
        return confirmationToView({ ...said, signature: key.sign(confirmationDigest(this.#separator, said)) });
      },
    };
  }

  /**
   * Signs the header of the block that `open` was sealed to, if it may be signed. The write must be durable before the header
   * is shown; it is needed without a header too: a block that is sealed is not open to confirmations, nor is another in its place.
   */
  seal(block: StoredBlock, open: OpenBlock): Operation[] {
    const { height, header } = block;
    const epoch = this.#epochFor(height);
    if (epoch === undefined || this.#key === undefined) return this.statements.close(height);
    const { inboxIndex, inboxAcc } = headOf(block);
    const blockCommitment = keccakPacked(encodeHeader(header), open.contentHash());
    const said: Header = {
      epoch,
      height,
      parent: this.statements.parentOf(height),
      blockCommitment,
      inboxIndex,
      inboxAcc,
    };
    return this.statements.seal({ ...said, signature: this.#key.sign(headerDigest(this.#separator, said)) });
  }

  /** The epoch to sign for; what was begun in one epoch is not carried on in another. */
  #epochFor(height: number): number | undefined {
    const epoch = this.#epoch;
    if (epoch === undefined) return undefined;
    const begun = this.statements.openEpoch(height);
    if (begun !== undefined) return begun === epoch ? epoch : undefined;
    return this.statements.may(epoch, height) ? epoch : undefined;
  }
}
