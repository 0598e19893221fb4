/** What an honest poster might post: random transactions of every kind, most of which succeed, and random messages. */

import { BlockExecution } from "../../protocol/block.ts";
import { ByteReader, concat } from "../../protocol/bytes.ts";
import type { EnqueuedMessage } from "../../protocol/inbox.ts";
import { messageWeight } from "../../protocol/inbox.ts";
import { INBOX_BLOCK_WEIGHT, MAX_FORCED_BYTES } from "../../protocol/params.ts";
import { decodeSigned, encodeTransaction } from "../../protocol/transactions/registry.ts";
import { nativeRecover } from "../../runtime/signatures/nativeRecover.ts";
import type { Random } from "../differential/random.ts";
import { anyTransaction } from "../differential/transactions.ts";
import { personOf } from "../differential/values.ts";
import { mallory, PEOPLE } from "../support/world.ts";
import type { Arena } from "./arena.ts";
import type { Books, Plan, Written } from "./books.ts";

const MAX_CONTENT = 8_148;

/** Users deposit and force what they like; all of it stays in the queue. */
export async function randomMessages(arena: Arena, random: Random, books: Books): Promise<void> {
  for (let left = random.below(3); left > 0; left--) {
    const somebody = random.pick(PEOPLE);
    const transaction = anyTransaction({ random, state: books.state, timestamp: books.time });
    const isShort = encodeTransaction(transaction).length <= MAX_FORCED_BYTES;
    const sender = random.chance(0.9) ? (personOf(books.state, transaction.account) ?? mallory) : mallory;
    if (random.chance(0.5) && isShort) await arena.devnet.force(transaction, sender);
    else await arena.devnet.deposit(somebody, BigInt(random.between(1, 50)) * 10n ** 9n);
  }
}

/** An honest block of whatever is in the queue, up to its weight, and random transactions; it enters the books. */
export function randomBlock(random: Random, books: Books, separator: Uint8Array, queue: EnqueuedMessage[]): Written {
  const messages: EnqueuedMessage[] = [];
  for (let weight = 0; queue.length > 0 && weight + messageWeight(queue[0]!.bytes) <= INBOX_BLOCK_WEIGHT; ) {
    weight += messageWeight(queue[0]!.bytes);
    messages.push(queue.shift()!);
  }
  const feeAccount = random.below(6);
  return books.block({
    messages,
    feeAccount,
    content: randomContent(random, books, separator, { messages, feeAccount }),
  });
}

function randomContent(
  random: Random,
  books: Books,
  separator: Uint8Array,
  { messages = [], feeAccount = 0 }: Plan,
): Uint8Array[] {
  const draft = books.copy();
  const timestamp = draft.time;
  const start = { timestamp, feeAccount, messages: messages.map(({ bytes }) => bytes) };
  const execution = new BlockExecution(draft.state, { separator, recover: nativeRecover }, start);
  const content: Uint8Array[] = [];
  for (let left = random.between(1, 12); left > 0; left--) {
    const transaction = anyTransaction({ random, state: draft.state, timestamp });
    const signer = random.chance(0.95) ? (personOf(draft.state, transaction.account) ?? mallory) : mallory;
    const packed = draft.pack(transaction, signer);
    if (content.reduce((sum, { length }) => sum + length, packed.length) > MAX_CONTENT) break;
    content.push(packed);
    const signed = decodeSigned(new ByteReader(packed))!;
    if (!execution.admit(signed, packed.length)) break;
    execution.run(signed, packed.length);
  }
  // Now and then junk behind it, which ends the content.
  return random.chance(0.1) ? [...content, concat(Uint8Array.of(0xff), random.bytes(random.below(50)))] : content;
}
