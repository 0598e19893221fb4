/** Others who post: when they may, what they answer for, and what they do not. */
import { parseEther } from "viem";
import { alice, root } from "../../support/world.ts";
import { OPEN_POSTER, OTHER_POSTER, POSTER } from "../actors.ts";
import { type Arena, DAY, refusalOf } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { agreed, caught } from "../ends.ts";
import { done, proven, type Row, refused, UNTOUCHED } from "../row.ts";
import { transfer } from "../season.ts";

/** From now on others may post: alice's message is 48 hours old. The block that consumes it. */
export async function neglect(arena: Arena, books: Books): Promise<Written> {
  await arena.devnet.force(transfer(0, 1), alice);
  await arena.pass(2 * DAY, books);
  return books.block({ messages: await arena.messages() });
}

const withWrongRoot = (block: Written, seed: string): Written => ({
  ...block,
  header: { ...block.header, stateRoot: root(seed) },
});

export const SUCCESSION: readonly Row[] = [
  {
    name: "wrong first block after a rollback",
    rule: 24,
    liar: "open poster",
    deed: "the sequencer's false batch is removed; another poster begins with a false block, and a third with a true one",
    expected: [proven(0), proven(0), UNTOUCHED],
    why: "after a removal the next batch stands on the last true one, and whoever posts answers for itself",
    async run(arena) {
      const books = await arena.books();
      await arena.post([withWrongRoot(books.copy().block(), "first")]);
      const first = await caught(arena);
      await arena.post([withWrongRoot(books.copy().block(), "second")], { from: OPEN_POSTER });
      const second = await caught(arena, { poster: OPEN_POSTER });
      await arena.post([books.block()], { from: OTHER_POSTER });
      return [first, second, await agreed(arena, [OTHER_POSTER])];
    },
  },
  {
    name: "child of a removed batch",
    rule: 24,
    liar: "open poster",
    deed: "an open poster posts a false batch, another builds on it in good faith",
    expected: [proven(0), done("the child's poster keeps its bond"), refused("BatchUnknown")],
    why: "the child is gone, and no fault of its own",
    async run(arena) {
      const books = await arena.books();
      const block = await neglect(arena, books);
      const batch = await arena.post([withWrongRoot(block, "parent")], { from: OPEN_POSTER });
      const child = await arena.post([books.block()], { from: OTHER_POSTER });
      const bond = await arena.bondOf(OTHER_POSTER);
      const end = await caught(arena, { poster: OPEN_POSTER, batch });
      const keeps = (await arena.bondOf(OTHER_POSTER)) === bond && bond > 0n;
      const gone = await refusalOf(() => arena.call(POSTER, { functionName: "proveFault", args: [emptyProof(child)] }));
      return [end, done(keeps ? "the child's poster keeps its bond" : "the child's poster loses its bond"), gone];
    },
  },
  {
    name: "unbonding before finality",
    rule: 24,
    liar: "open poster",
    deed: "the slot's holder and an open poster take their bonds back after posting; the latter again a window later",
    expected: [refused("BondHeld"), refused("BondLocked"), done("unbonded")],
    why: "the bond answers for the batch until it is final",
    async run(arena) {
      const unbond = { functionName: "unbond", args: [parseEther("1")] } as const;
      const held = await refusalOf(() => arena.call(POSTER, unbond));
      const books = await arena.books();
      await arena.post([await neglect(arena, books)], { from: OPEN_POSTER });
      const locked = await refusalOf(() => arena.call(OPEN_POSTER, unbond));
      await arena.pass(7 * DAY);
      await arena.call(OPEN_POSTER, unbond);
      return [held, locked, done((await arena.bondOf(OPEN_POSTER)) === 0n ? "unbonded" : "not unbonded")];
    },
  },
  {
    name: "silent sequencer",
    rule: 27,
    liar: "sequencer",
    deed: "the slot's holder posts nothing: after 48 hours another posts, after seven days more another takes the slot",
    expected: [
      refused("PostingNotOpen"),
      done("posted by another"),
      refused("SlotNotVacant"),
      done("the slot is another's"),
      UNTOUCHED,
    ],
    why: "nobody can stop the chain by doing nothing, and nobody has to be asked",
    async run(arena) {
      const books = await arena.books();
      await arena.devnet.force(transfer(0, 1), alice);
      await arena.pass(DAY, books);
      const early = await refusalOf(async () =>
        arena.post([books.copy().block({ messages: await arena.messages() })], { from: OPEN_POSTER }),
      );
      await arena.pass(DAY, books);
      const tip = await arena.post([books.block({ messages: await arena.messages() })], { from: OPEN_POSTER });
      const soon = await refusalOf(() => arena.call(OTHER_POSTER, { functionName: "vacateSlot" }));
      await arena.pass(7 * DAY);
      await arena.call(OTHER_POSTER, { functionName: "vacateSlot" });
      await arena.call(OTHER_POSTER, { functionName: "bond", value: parseEther("9") });
      await arena.call(OTHER_POSTER, { functionName: "claimSlot", args: [OTHER_POSTER.address] });
      await arena.pass(DAY, books);
      await arena.post([books.block()], { from: OTHER_POSTER });
      const { poster } = await arena.reader.slot();
      const posted = done(tip === 3 ? "posted by another" : "not posted");
      const taken = done(poster === OTHER_POSTER.address ? "the slot is another's" : `the slot is ${poster}'s`);
      return [early, posted, soon, taken, await agreed(arena, [POSTER, OPEN_POSTER, OTHER_POSTER])];
    },
  },
  {
    name: "slot taken from a poster who serves",
    rule: 27,
    liar: "open poster",
    deed: "another declares the poster silent, vacates the slot and claims it, while no message waits",
    expected: [refused("PostingNotOpen"), refused("SlotNotVacant"), refused("SlotTaken")],
    why: "succession begins with neglect, and not without",
    run: async (arena) => [
      await refusalOf(() => arena.call(OTHER_POSTER, { functionName: "declareSilent" })),
      await refusalOf(() => arena.call(OTHER_POSTER, { functionName: "vacateSlot" })),
      await refusalOf(() => arena.call(OTHER_POSTER, { functionName: "claimSlot", args: [OTHER_POSTER.address] })),
    ],
  },
];

const ZERO = `0x${"00".repeat(32)}` as const;

/** A proof whose batch is all that is looked at. */
function emptyProof(batch: number) {
  const preimage = {
    parentCommitment: ZERO,
    parentRoot: ZERO,
    parentTimestamp: 0,
    firstHeight: 0,
    firstInboxIndex: 0,
    epoch: 0,
    blockCommitments: [],
  };
  return {
    batchId: BigInt(batch),
    blockIndex: 0n,
    preimage,
    previousHeader: "0x",
    previousContentHash: ZERO,
    blockBytes: "0x",
    messages: [],
    witness: "0x",
  } as const;
}
