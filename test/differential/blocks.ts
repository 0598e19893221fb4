/** Random blocks: messages, transactions as they stand at their turn, and damage. */
import { BlockExecution, type BlockStart } from "../../protocol/block.ts";
import { ByteReader, concat } from "../../protocol/bytes.ts";
import { encodeMessage, FORCED } from "../../protocol/inbox.ts";
import { ownerOf } from "../../protocol/state/account.ts";
import type { State } from "../../protocol/state/state.ts";
import { CLAIMABLE } from "../../protocol/transactions/claim.ts";
import {
  decodeTransaction,
  encodeSigned,
  encodeTransaction,
  type Transaction,
} from "../../protocol/transactions/registry.ts";
import { mallory, PEOPLE } from "../support/world.ts";
import { ENVIRONMENT } from "./environment.ts";
import { oddTransaction } from "./oddBytes.ts";
import type { Random } from "./random.ts";
import { signed } from "./signatures.ts";
import { anyTransaction } from "./transactions.ts";
import { anyAddress, anyIndex, anySender, type Scene } from "./values.ts";

/** What execution takes besides the state. */
export interface Block {
  readonly start: BlockStart;
  readonly content: Uint8Array;
}

const MAX_CONTENT = 8_148;
const LATEST = 2 ** 40 - 1;

/** Makes a block for `draft`, which ends up in the state after it, unless the block was damaged. `before` is the block time before. */
export function anyBlock(random: Random, draft: State, before: number): Block {
  const elapsed = random.pick([0, 1, 12, 60, 1_800, 3_599, 3_600, 7_200]);
  const timestamp = random.chance(0.99) ? Math.min(before + elapsed, LATEST) : random.pick([0, before, LATEST]);
  const scene: Scene = { random, state: draft, timestamp };
  const feeAccount = random.chance(0.7) ? anyIndex(scene, "accounts") % (LATEST + 1) : LATEST;
  const count = random.weighted({ none: 8, one: 1, few: 2, many: 1 });
  const messages = Array.from(
    { length: { none: 0, one: 1, few: random.between(1, 3), many: random.between(4, 18) }[count] },
    () => anyMessage(scene),
  );
  const start = { timestamp, feeAccount, messages };
  const content = anyContent(scene, start);
  return { start, content: random.chance(0.15) ? damaged(random, content) : content };
}

function anyContent(scene: Scene, start: BlockStart): Uint8Array {
  const { random, state } = scene;
  const execution = new BlockExecution(state, ENVIRONMENT, start);
  const most = random.weighted({ none: 1, few: 8, many: 8, full: 3 });
  let left = { none: 0, few: random.between(1, 5), many: random.between(6, 40), full: 1_000 }[most];
  const parts: Uint8Array[] = [];
  let length = 0;
  let isOpen = true;
  while (left-- > 0) {
    const odd = random.chance(0.03) ? oddTransaction(scene) : undefined;
    const transaction = odd === undefined ? anyTransaction(scene) : decoded(odd);
    const complete = transaction && signed(scene, transaction);
    const packed = complete === undefined ? concat(odd!, random.bytes(64)) : encodeSigned(complete);
    if (length + packed.length > MAX_CONTENT) break;
    const fits: boolean = complete !== undefined && isOpen && execution.admit(complete, packed.length);
    // Something smaller may fit where this does not, and bring the block closer to the limit.
    if (!fits && complete !== undefined && isOpen && random.chance(0.7)) continue;
    parts.push(packed);
    length += packed.length;
    isOpen = fits;
    if (isOpen) execution.run(complete!, packed.length);
    // Past the meter nothing is read, not even what would fit again: a few more show it. So it is past malformed bytes.
    else left = Math.min(left, 2);
  }
  return concat(...parts);
}

/** Undefined when the bytes are malformed, or more than a transaction. */
function decoded(bytes: Uint8Array): Transaction | undefined {
  const reader = new ByteReader(bytes);
  const transaction = decodeTransaction(reader);
  return reader.atEnd ? transaction : undefined;
}

function anyMessage(scene: Scene): Uint8Array {
  const { random } = scene;
  switch (random.weighted({ deposit: 10, forced: 10, odd: 10, damaged: 3, noise: 1 })) {
    case "deposit":
      return anyDeposit(scene);
    case "forced":
      return anyForced(scene);
    case "odd":
      return oddForced(scene);
    case "damaged":
      return damaged(random, random.chance(0.5) ? anyDeposit(scene) : anyForced(scene));
    case "noise":
      return concat(Uint8Array.of(random.pick([0, 1, 11, 128, 129, 130, 255])), random.bytes(random.below(70)));
  }
}

function anyDeposit(scene: Scene): Uint8Array {
  const { random, state } = scene;
  const hint = random.chance(0.6) ? anyIndex(scene, "accounts") : undefined;
  const somebody = random.chance(0.6) ? random.pick(PEOPLE).address : anyAddress(scene);
  const isHinted = hint !== undefined && state.accounts.has(hint) && random.chance(0.8);
  const owner = isHinted ? ownerOf(state.accounts, hint) : somebody;
  // All deposits together stay below 2^64.
  const amount = random.chance(0.02) ? 2n ** 54n + BigInt(random.below(1_000)) : BigInt(random.below(200_000_000_000));
  return encodeMessage({ type: "Deposit", owner, hint, amount });
}

function anyForced(scene: Scene): Uint8Array {
  const { random, state } = scene;
  const transaction = random.chance(0.93) ? anyTransaction(scene) : longClaim(scene);
  const owner = state.accounts.has(transaction.account)
    ? ownerOf(state.accounts, transaction.account)
    : mallory.address;
  const sender = random.chance(0.9) ? owner : mallory.address;
  return encodeMessage({ type: "Forced", sender, transaction: encodeTransaction(transaction) });
}

function oddForced(scene: Scene): Uint8Array {
  const transaction = oddTransaction(scene);
  const account = decoded(transaction)?.account ?? 0;
  const { accounts } = scene.state;
  const sender = accounts.has(account) ? ownerOf(accounts, account) : mallory.address;
  return concat(Uint8Array.of(FORCED), sender, transaction);
}

/** More than a message's weight may pay for. */
function longClaim(scene: Scene): Transaction {
  const { random } = scene;
  const table = random.pick(CLAIMABLE);
  const items = Array.from({ length: random.chance(0.5) ? 256 : random.between(1, 256) }, () => ({
    table,
    index: anyIndex(scene, table),
  }));
  return { name: "Claim", account: anySender(scene), body: { items } };
}

/** One to three changes at random places. */
export function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  let out = [...bytes];
  for (let changes = random.between(1, 3); changes > 0; changes--) {
    const at = random.below(out.length + 1);
    switch (random.weighted({ bit: 4, set: 2, insert: 2, remove: 2, cut: 1, append: 1, repeat: 1, swap: 1 })) {
      case "bit":
        if (at < out.length) out[at]! ^= 1 << random.below(8);
        break;
      case "set":
        if (at < out.length) out[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
        break;
      case "insert":
        out.splice(at, 0, random.pick([0, 0x80, random.below(256)]));
        break;
      case "remove":
        out.splice(at, 1);
        break;
      case "cut":
        out.length = at;
        break;
      case "append":
        out.push(...random.bytes(random.between(1, 80)));
        break;
      case "repeat":
        out.push(...out.slice(at));
        break;
      case "swap":
        out = [...out.slice(at), ...out.slice(0, at)];
    }
  }
  return Uint8Array.from(out);
}
