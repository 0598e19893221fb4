/** Who may prove, when, how often, and who is paid for it. */
import { type Hex, parseEther } from "viem";
import { toHex } from "../../../protocol/bytes.ts";
import { BALANCE } from "../../../protocol/state/account.ts";
import { type FaultProof, proofCommit, readReward } from "../../../runtime/host/faults.ts";
import { root } from "../../support/world.ts";
import { COPYCAT, OPEN_POSTER, POSTER, STRANGER } from "../actors.ts";
import { type Arena, DAY, HOUR, refusalOf } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { caught } from "../ends.ts";
import { proofOf } from "../proofs.ts";
import { done, proven, type Row, refused } from "../row.ts";

interface FalseBatch {
  batch: number;
  commitment: Hex;
  proof: FaultProof;
  /** The true books after the parent. */
  books: Books;
  /** The root that the rules give. */
  expectedRoot: Hex;
}

/** An empty block with a made-up root, posted by the slot's holder, and the proof of it. */
async function postFalse(arena: Arena, seed = "false"): Promise<FalseBatch> {
  const books = await arena.books();
  const block = books.copy().block();
  const lie: Written = { ...block, header: { ...block.header, stateRoot: root(seed) } };
  const batch = await arena.post([lie]);
  const { commitment } = await arena.batch(batch);
  const proof = await proofOf(arena, books, batch, [lie], 0);
  return { batch, commitment: toHex(commitment), proof, books, expectedRoot: toHex(block.header.stateRoot) };
}

const prove = (arena: Arena, proof: FaultProof, from = STRANGER) =>
  arena.call(from, { functionName: "proveFault", args: [proof] });

const SALT = toHex(root("salt"));

/** Commits to the proof, as the contract wants it. */
function announce(arena: Arena, { commitment, expectedRoot }: FalseBatch, from = STRANGER) {
  const commit = proofCommit({
    prover: from.address,
    batchCommitment: commitment,
    blockIndex: 0,
    expectedRoot,
    salt: SALT,
  });
  return arena.call(from, { functionName: "commitProof", args: [commit] });
}

const reveal = (arena: Arena, { commitment }: FalseBatch, from = STRANGER) =>
  arena.call(from, { functionName: "revealProof", args: [commitment, SALT] });
const collect = (arena: Arena, { commitment }: FalseBatch, from = COPYCAT) =>
  arena.call(from, { functionName: "collectReward", args: [commitment] });

const etherOf = (arena: Arena, { address }: { address: Hex }) => arena.devnet.client.getBalance({ address });

export const REWARDS: readonly Row[] = [
  {
    name: "proof against a finalized batch",
    rule: 24,
    liar: "prover",
    deed: "a false batch is proven a window after it was posted",
    expected: [refused("BatchFinalized")],
    why: "what is final stays: withdrawals were paid against it, so somebody must look within the window",
    async run(arena) {
      const { proof } = await postFalse(arena);
      await arena.pass(7 * DAY);
      return [await refusalOf(() => prove(arena, proof))];
    },
  },
  {
    name: "same batch proven twice",
    rule: 24,
    liar: "prover",
    deed: "the proof is sent again after the removal, and again when another batch has the number",
    expected: [refused("BatchUnknown"), refused("PreimageMismatch")],
    why: "a proof is of one commitment; the batch in its place is another's",
    async run(arena) {
      const { proof, books } = await postFalse(arena);
      await prove(arena, proof);
      const gone = await refusalOf(() => prove(arena, proof));
      await arena.post([books.block()], { from: OPEN_POSTER });
      return [gone, await refusalOf(() => prove(arena, proof))];
    },
  },
  {
    name: "copied proof",
    rule: 24,
    liar: "prover",
    deed: "a prover announces its proof; another copies it from the pool and is in the host's block first",
    expected: [done("the reward is the announcer's"), refused("RewardUnknown")],
    why: "who found the fault is paid, and only once",
    async run(arena) {
      const found = await postFalse(arena);
      await announce(arena, found);
      await prove(arena, found.proof, COPYCAT);
      await reveal(arena, found);
      await arena.pass(DAY);
      const before = await etherOf(arena, STRANGER);
      await collect(arena, found);
      const isPaid = (await etherOf(arena, STRANGER)) - before === parseEther("5");
      const again = await refusalOf(() => collect(arena, found));
      return [done(isPaid ? "the reward is the announcer's" : "the announcer is not paid"), again];
    },
  },
  {
    name: "announced after the proof was public",
    rule: 24,
    liar: "prover",
    deed: "a copyist announces the proof once it is on the host, and shows that",
    expected: [refused("CommitNotOlder")],
    why: "an announcement counts only when it is older than the proof",
    async run(arena) {
      const found = await postFalse(arena);
      await prove(arena, found.proof);
      await announce(arena, found, COPYCAT);
      return [await refusalOf(() => reveal(arena, found, COPYCAT))];
    },
  },
  {
    name: "announcement shown for another",
    rule: 24,
    liar: "prover",
    deed: "a copyist who learned the salt shows the announcer's announcement as its own",
    expected: [refused("CommitNotOlder")],
    why: "the announcement names its prover",
    async run(arena) {
      const found = await postFalse(arena);
      await announce(arena, found);
      await prove(arena, found.proof, COPYCAT);
      return [await refusalOf(() => reveal(arena, found, COPYCAT))];
    },
  },
  {
    name: "reward taken early, shown late",
    rule: 24,
    liar: "prover",
    deed: "a copyist collects within the day; the announcer shows itself after it",
    expected: [refused("RewardPending"), refused("RevealTooLate")],
    why: "a day is there to show an announcement, and then it is over",
    async run(arena) {
      const found = await postFalse(arena);
      await announce(arena, found);
      await prove(arena, found.proof, COPYCAT);
      const early = await refusalOf(() => collect(arena, found));
      await arena.pass(DAY + HOUR);
      return [early, await refusalOf(() => reveal(arena, found))];
    },
  },
  {
    name: "poster proves itself false",
    rule: 24,
    liar: "sequencer",
    deed: "a false batch's poster proves it with another key, to save the bond",
    expected: [done("half of it is burnt")],
    why: "lying costs at least half the bond, whoever is first",
    async run(arena) {
      const found = await postFalse(arena);
      const before = await etherOf(arena, { address: arena.devnet.rollup });
      await prove(arena, found.proof);
      await arena.pass(DAY);
      await collect(arena, found, STRANGER);
      const left = (await etherOf(arena, { address: arena.devnet.rollup })) - before;
      const isBurnt = left === -parseEther("5") && (await arena.bondOf(POSTER)) === 0n;
      return [done(isBurnt ? "half of it is burnt" : `the contract has ${left} wei more`)];
    },
  },
  {
    name: "two false batches, one bond",
    rule: 24,
    liar: "sequencer",
    deed: "a batch mints credit and so does its child; the child is proven first, then a verifier proves the parent",
    expected: [done("5 ETH for the child"), proven(0)],
    why: "both go; the bond is taken once, and the second proof finds none",
    async run(arena) {
      const mint = { after: ({ accounts }: Books["state"]) => accounts.add(3, BALANCE, 1_000_000) };
      const books = await arena.books();
      const batch = await arena.post([books.block({ lie: mint })]);
      const before = books.copy();
      const lie = books.block({ lie: mint });
      const child = await arena.post([lie]);
      const { commitment } = await arena.batch(child);
      await prove(arena, await proofOf(arena, before, child, [lie], 0));
      const reward = await readReward(arena.reader, toHex(commitment));
      const paid = done(reward?.amount === parseEther("5") ? "5 ETH for the child" : `${reward?.amount} wei`);
      return [paid, await caught(arena, { batch })];
    },
  },
];
