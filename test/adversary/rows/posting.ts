/** Batches that the contract refuses to take, by their form, their time, their parent or their sender. */
import { encodeFunctionData, type Hex } from "viem";
import { rollupAbi } from "../../../contracts/abi/rollup.ts";
import { encodeBatch, encodeHeader } from "../../../protocol/batch.ts";
import { ByteWriter, concat, toHex } from "../../../protocol/bytes.ts";
import { HEADER_BYTES, MAX_BATCH_BLOCKS, MAX_BLOCK_BYTES } from "../../../protocol/params.ts";
import type { PostableBlock } from "../../support/devnet.ts";
import { alice } from "../../support/world.ts";
import { OPEN_POSTER, POSTER, STRANGER } from "../actors.ts";
import { type Arena, refusalOf } from "../arena.ts";
import type { Books } from "../books.ts";
import { refusing } from "../refusing.ts";
import { type Row, refused } from "../row.ts";

const FORWARDER = "0x00000000000000000000000000000000000f04ad";

/** Code of a contract that calls `to` with whatever it is called with, and hands on the answer. */
const forwarderTo = (to: Hex): Hex => `0x365f5f375f5f365f5f73${to.slice(2)}5af13d5f5f3e602a573d5ffd5b3d5ff3` as Hex;

/** A block in a batch, whatever its length. */
const framed = ({ header, content }: PostableBlock): Uint8Array =>
  new ByteWriter()
    .uint(HEADER_BYTES + content.length, 2)
    .put(encodeHeader(header))
    .put(content)
    .finish();

async function postCall(arena: Arena, blocks: readonly PostableBlock[]): Promise<Hex> {
  const { commitment } = await arena.batch();
  const args = [toHex(commitment), toHex(blocks.at(-1)!.inboxAcc), toHex(encodeBatch(blocks))] as const;
  return encodeFunctionData({ abi: rollupAbi, functionName: "postBatch", args });
}

const junk = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);
const postBytes = (arena: Arena, books: Books, bytes: Uint8Array): Promise<number> =>
  arena.post([books.copy().block()], { bytes: toHex(bytes) });

const liar = "sequencer";

const times: readonly Row[] = [
  refusing(
    {
      name: "time runs backwards",
      rule: 3,
      liar,
      deed: "a block a second older than the one before",
      why: "expiries and delays would come undone",
    },
    "TimestampDecreased",
    (arena, books) => arena.post([books.block(), books.block({ timestamp: books.time - 1 })]),
  ),
  refusing(
    {
      name: "time before the parent's",
      rule: 3,
      liar,
      deed: "a batch older than its parent",
      why: "the parent's last time is kept for this",
    },
    "TimestampDecreased",
    (arena, books) => arena.post([books.block({ timestamp: 1 })]),
  ),
  refusing(
    {
      name: "time from the future",
      rule: 3,
      liar,
      deed: "a block an hour ahead of the host",
      why: "time must not run ahead to end rights early",
    },
    "TimestampInFuture",
    (arena, books) => arena.post([books.block({ timestamp: books.time + 3_600 })]),
  ),
  refusing(
    {
      name: "time before a message's",
      rule: 3,
      liar,
      deed: "a block consumes a deposit that is younger than the block",
      why: "any deposit bounds how far time may lag",
    },
    "TimestampBeforeMessage",
    async (arena, books) => {
      await arena.pass(60);
      await arena.devnet.deposit(alice);
      return arena.post([books.block({ messages: await arena.messages() })]);
    },
  ),
];

const forms: readonly Row[] = [
  refusing(
    { name: "oversized block", rule: 2, liar, deed: "a block of 8,193 bytes", why: "a proof has to carry it" },
    "BlockLengthOutOfRange",
    (arena, books) =>
      postBytes(arena, books, framed(books.block({ content: [junk(MAX_BLOCK_BYTES - HEADER_BYTES + 1)] }))),
  ),
  refusing(
    {
      name: "oversized batch",
      rule: 2,
      liar,
      deed: "14 blocks of 8,000 bytes",
      why: "110,000 bytes fit a host's transaction",
    },
    "BatchTooLong",
    (arena, books) =>
      postBytes(
        arena,
        books,
        concat(...Array.from({ length: 14 }, () => framed(books.block({ content: [junk(8_000)] })))),
      ),
  ),
  refusing(
    {
      name: "too many blocks",
      rule: 2,
      liar,
      deed: "257 empty blocks",
      why: "the preimage of a batch's commitment is part of every proof",
    },
    "TooManyBlocks",
    (arena, books) => {
      const block = framed(books.block());
      return postBytes(arena, books, concat(...Array.from({ length: MAX_BATCH_BLOCKS + 1 }, () => block)));
    },
  ),
  refusing(
    {
      name: "block that ends past the batch",
      rule: 2,
      liar,
      deed: "the last length says a byte more than there is",
      why: "all readers must find the same blocks",
    },
    "BatchMisaligned",
    (arena, books) => postBytes(arena, books, framed(books.block({ content: [junk(10)] })).subarray(0, -1)),
  ),
  refusing(
    {
      name: "batch without a block",
      rule: 2,
      liar,
      deed: "an empty batch",
      why: "it would be a commitment to nothing",
    },
    "BatchEmpty",
    (arena, books) => postBytes(arena, books, new Uint8Array(0)),
  ),
  refusing(
    {
      name: "bytes behind the batch",
      rule: 1,
      liar,
      deed: "the calldata goes on behind its argument",
      why: "readers that decode otherwise would find other blocks",
    },
    "CalldataNotCanonical",
    async (arena, books) => {
      const data = await postCall(arena, [books.block()]);
      return arena.send(POSTER, arena.devnet.rollup, `${data}${"00".repeat(32)}`);
    },
  ),
];

const senders: readonly Row[] = [
  refusing(
    {
      name: "batch built in a contract call",
      rule: 1,
      liar,
      deed: "the poster has a contract post what only exists in memory",
      why: "the data would be hashed and published nowhere",
    },
    "SenderNotPlainAccount",
    async (arena, books) => {
      await arena.devnet.client.setCode({ address: FORWARDER, bytecode: forwarderTo(arena.devnet.rollup) });
      return arena.send(POSTER, FORWARDER, await postCall(arena, [books.block()]));
    },
  ),
  refusing(
    {
      name: "batch from an account with code",
      rule: 1,
      liar,
      deed: "the poster's account has delegated code (EIP-7702) and posts",
      why: "it could call itself and be its own origin",
    },
    "SenderNotPlainAccount",
    async (arena, books) => {
      const delegation = `0xef0100${FORWARDER.slice(2)}` as const;
      await arena.devnet.client.setCode({ address: POSTER.address, bytecode: delegation });
      return arena.post([books.block()]);
    },
  ),
  refusing(
    {
      name: "stale parent",
      rule: 7,
      liar,
      deed: "a batch names the tip's parent as its own",
      why: "it was built on another chain of batches",
    },
    "ParentMismatch",
    async (arena, books) => {
      const { commitment } = await arena.batch(1);
      return arena.post([books.block()], { parent: toHex(commitment) });
    },
  ),
  {
    name: "stranger before open mode",
    rule: 6,
    liar: "open poster",
    deed: "with a bond and without, others post while the slot's poster serves the Inbox",
    expected: [refused("PostingNotOpen"), refused("BondTooSmall")],
    why: "one poster orders, until it neglects a message for 48 hours",
    async run(arena) {
      const blocks = [(await arena.books()).block()];
      const [bonded, bare] = [OPEN_POSTER, STRANGER].map((from) => () => arena.post(blocks, { from }));
      return [await refusalOf(bonded!), await refusalOf(bare!)];
    },
  },
];

export const POSTING: readonly Row[] = [...times, ...forms, ...senders];
