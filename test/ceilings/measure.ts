/** What proving a block takes, beside what the meter promised. */
import { postedBytes } from "../../protocol/batch.ts";
import { MAX_BATCH_BLOCKS, MAX_BATCH_BYTES } from "../../protocol/params.ts";
import { type MadeBlock, type Maker, makeBlock } from "./block.ts";
import type { CeilingsHost, ProofFigures } from "./host.ts";
import type { Ceiling } from "./kinds.ts";
import { Stage } from "./stage.ts";

export interface Figures extends ProofFigures {
  readonly transactions: number;
  /** Results: of messages, transactions, and their records or claims. */
  readonly results: number;
  readonly witnessBytes: number;
  /** Witness, content that was read, and messages: what the meter counts as bytes. */
  readonly provenBytes: number;
  readonly meteredBytes: number;
  readonly meteredGas: number;
}

/** Throws Error when its transactions end otherwise than the case says: then it would measure something else. */
export function blockOf(maker: Maker, { places, play, verdicts = ["Ok"] }: Ceiling, length: number): MadeBlock {
  const stage = new Stage(length, places, maker.owner.address);
  const made = makeBlock(maker, stage, play(stage));
  const unexpected = [...made.seen].filter((verdict) => !verdicts.includes(verdict));
  if (unexpected.length > 0) throw new Error(`unexpected verdicts: ${unexpected.join(", ")}`);
  return made;
}

export async function measure(host: CeilingsHost, ceiling: Ceiling, length: number): Promise<Figures> {
  const made = blockOf(host.maker, ceiling, length);
  const messages = made.start.messages.reduce((sum, message) => sum + message.length, 0);
  const alike = Math.floor(MAX_BATCH_BYTES / postedBytes(made.content));
  return {
    ...(await host.prove(made, ceiling.isTypical ? Math.min(alike, MAX_BATCH_BLOCKS) : MAX_BATCH_BLOCKS)),
    transactions: made.transactions,
    results: made.verdicts.length,
    witnessBytes: made.witness.length,
    provenBytes: made.witness.length + made.readBytes + messages,
    meteredBytes: made.metered.bytes,
    meteredGas: made.metered.gas,
  };
}
