/** What the host's epochs mean for signing: which one to sign for, and which earlier statements no longer bind. */
import { equalBytes, fromHex, type Hex } from "../protocol/bytes.ts";
import type { HostBlock, HostHeads } from "../runtime/host/heads.ts";
import type { HostReader } from "../runtime/host/hostReader.ts";
import type { Epoch } from "../runtime/host/slot.ts";
import type { Signer } from "./signer.ts";
import { inboxIndexOf, type Withdrawn } from "./withdrawn.ts";

export interface EpochWatchOptions {
  reader: HostReader;
  signer: Signer;
  /** Address that posts; undefined when nothing is posted. */
  poster: Hex | undefined;
}

export class EpochWatch {
  readonly #options: EpochWatchOptions;
  #epoch = 0;
  #isPaused = false;

  constructor(options: EpochWatchOptions) {
    this.#options = options;
  }

  /** As the host's latest block showed it; 0 while nothing is or was signed. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Throws TributaryError when the host does not answer. */
  async look({ latest, finalized }: HostHeads): Promise<void> {
    const { reader, signer } = this.#options;
    const { statements } = signer;
    if (signer.address === undefined && !statements.hasSigned) return;
    const seen = await reader.epoch(latest.hash);
    this.#epoch = seen.epoch;
    signer.setEpoch(!this.#isPaused && this.#isOurs(seen) ? seen.epoch : undefined);
    if (statements.withdrawn.length > 0 && finalized.number >= reader.deploymentBlock) {
      await statements.release(await this.#released(finalized));
    }
  }

  /** Runs `work` while nothing is signed: for what is built now and will be built again. Signing returns with the next look. */
  async withoutSigning(work: () => Promise<void>): Promise<void> {
    this.#isPaused = true;
    this.#options.signer.setEpoch(undefined);
    try {
      await work();
    } finally {
      this.#isPaused = false;
    }
  }

  /** Only the slot's holder signs: nobody else could start a new epoch when a message must come before what was signed. */
  #isOurs({ poster, slotPoster, slotHeaderKey }: Epoch): boolean {
    const own = this.#options.poster?.toLowerCase();
    const { address } = this.#options.signer;
    if (own === undefined || address === undefined || slotHeaderKey === undefined) return false;
    const isHolder = poster?.toLowerCase() === own && slotPoster?.toLowerCase() === own;
    return isHolder && equalBytes(fromHex(slotHeaderKey), address);
  }

  /** The withdrawn blocks whose epoch is over for good, or whose Inbox the host can never come to hold. */
  async #released(finalized: HostBlock): Promise<Withdrawn[]> {
    const { reader, signer } = this.#options;
    const { epoch } = await reader.epoch(finalized.hash);
    const accs = new Map<number, Uint8Array | undefined>();
    const released: Withdrawn[] = [];
    for (const block of signer.statements.withdrawn) {
      const index = inboxIndexOf(block);
      if (!accs.has(index)) accs.set(index, await reader.acc(index, finalized.hash));
      const acc = accs.get(index);
      // A message that is not there yet can only come with a later time than the block's, which is not before its messages'.
      const isContradicted =
        acc === undefined ? finalized.timestamp > block.timestamp : !equalBytes(acc, block.inboxAcc);
      if (block.statement.epoch < epoch || isContradicted) released.push(block);
    }
    return released;
  }
}
