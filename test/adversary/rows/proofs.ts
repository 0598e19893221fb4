/** Provers that cheat: against honest blocks, with what is not theirs, too late, or twice. */
import { concat, fromHex, toHex } from "../../../protocol/bytes.ts";
import type { State } from "../../../protocol/state/state.ts";
import { ZERO_HASHES } from "../../../protocol/tree/zeroHashes.ts";
import type { FaultProof } from "../../../runtime/host/faults.ts";
import { alice, bob, mallory, root } from "../../support/world.ts";
import { COPYCAT } from "../actors.ts";
import { type Arena, refusalOf } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { exchanged, LEAF, leaf, leavesOf, proofOf, spliced, withCount, withLength } from "../proofs.ts";
import { type Row, refused } from "../row.ts";
import { attribute, transfer } from "../season.ts";

const liar = "prover";

interface Honest {
  /** As of the batch's parent. */
  before: Books;
  batch: number;
  blocks: readonly Written[];
}

/** An honest batch: a transfer; a transfer and an attribution; a deposit consumed. */
export async function postHonest(arena: Arena): Promise<Honest> {
  await arena.devnet.deposit(bob);
  const before = await arena.books();
  const books = before.copy();
  const blocks = [
    books.block({ content: [books.pack(transfer(0, 1), alice)] }),
    books.block({
      content: [
        books.pack(transfer(0, 3), alice),
        books.pack(
          attribute([
            [0, 1],
            [1, 1],
          ]),
          mallory,
        ),
      ],
    }),
    books.block({ messages: await arena.messages() }),
  ];
  return { before, batch: await arena.post(blocks), blocks };
}

const prove = (arena: Arena, proof: FaultProof) => arena.call(COPYCAT, { functionName: "proveFault", args: [proof] });

type Change = (proof: FaultProof, honest: Honest) => Partial<FaultProof>;

/** The proof of a block of an honest batch, changed. */
const cheating = (
  about: Pick<Row, "name" | "rule" | "deed" | "why">,
  error: string,
  blockIndex: number,
  change: Change,
): Row => ({
  ...about,
  liar,
  expected: [refused(error)],
  async run(arena) {
    const honest = await postHonest(arena);
    const proof = await proofOf(arena, honest.before, honest.batch, honest.blocks, blockIndex);
    return [await refusalOf(() => prove(arena, { ...proof, ...change(proof, honest) }))];
  },
});

type Edit = (witness: Uint8Array, state: State) => Uint8Array;

/** The witness of the first block, which transfers from account 0 to account 1 of four; `state` is the one before it. */
const witnessed = (name: string, deed: string, error: string, edit: Edit, why: string): Row =>
  cheating({ name, rule: 11, deed, why }, error, 0, ({ witness }, { before }) => {
    before.state.root();
    return { witness: toHex(edit(fromHex(witness), before.state)) };
  });

const firstNode = (witness: Uint8Array): number => leavesOf(witness);

const witnesses: readonly Row[] = [
  witnessed(
    "short witness",
    "the last node is left out",
    "WitnessLength",
    (witness) => witness.slice(0, -32),
    "the number of nodes follows from leaves and lengths",
  ),
  witnessed(
    "over-long witness",
    "a node more than it takes",
    "WitnessLength",
    (witness) => concat(witness, new Uint8Array(32)),
    "every byte of a witness has one meaning",
  ),
  witnessed(
    "reordered leaves",
    "account 1 before account 0",
    "WitnessOrder",
    (witness) => exchanged(witness, leavesOf(witness, "accounts"), LEAF),
    "increasing indices: no record twice",
  ),
  witnessed(
    "reordered nodes",
    "two siblings in each other's place",
    "WrongPreRoot",
    (witness) => exchanged(witness, firstNode(witness), 32),
    "the root before binds every node",
  ),
  witnessed(
    "longer path",
    "the table is said to hold a fifth account, so that the path takes a node more, which is empty",
    "WrongPreRoot",
    (witness) => spliced(withLength(witness, "accounts", 5), firstNode(witness) + 32, 0, ZERO_HASHES[2]!),
    "an honest block must not look faulty over another path: the length is hashed into the root",
  ),
  witnessed(
    "longer path with the right length",
    "an empty node more, and the length as it is",
    "WitnessLength",
    (witness) => spliced(witness, firstNode(witness) + 32, 0, ZERO_HASHES[2]!),
    "the contract, not the prover, knows where a path ends",
  ),
  witnessed(
    "inner node as a record",
    "the four accounts' roots are given as the one account of a shorter table",
    "WrongPreRoot",
    (witness, { accounts }) => {
      const forged = leaf(0, concat(...[0, 1, 2, 3].map((index) => accounts.leaf(index))));
      const at = leavesOf(witness, "accounts");
      const one = withLength(withCount(witness, "accounts", -1), "accounts", 1);
      // Nothing is left beside the one account.
      return spliced(spliced(one, at, 2 * LEAF, forged), at + LEAF, 32);
    },
    "a record is hashed like four leaves side by side: only the fixed depth tells them apart",
  ),
  witnessed(
    "untouched leaf smuggled in",
    "account 2 with its true record, which the block does not touch",
    "RecordUntouched",
    (witness, { accounts }) => {
      const at = leavesOf(witness, "accounts") + 2 * LEAF;
      const record = concat(...[0, 1, 2, 3].map((chunk) => accounts.chunk(2, chunk)));
      const more = spliced(withCount(witness, "accounts", 1), at, 0, leaf(2, record));
      // In place of the sibling above accounts 2 and 3, account 3's root.
      return spliced(more, at + LEAF, 32, accounts.leaf(3));
    },
    "one block has one witness: what it does not touch is not in it",
  ),
  witnessed(
    "touched leaf left out",
    "the recipient's record is given as a hash",
    "RecordMissing",
    (witness, { accounts }) => {
      const at = leavesOf(witness, "accounts") + LEAF;
      return spliced(spliced(withCount(witness, "accounts", -1), at, LEAF), at, 0, accounts.leaf(1));
    },
    "else the recipient would not exist, and the verdict would be another",
  ),
  witnessed(
    "table said to be shorter",
    "two accounts less before the block",
    "WitnessLength",
    (witness) => withLength(witness, "accounts", 2),
    "wrong pre-lengths elide what is there",
  ),
  witnessed(
    "table said to be longer",
    "an account more before the block",
    "WitnessLength",
    (witness) => withLength(witness, "accounts", 5),
    "wrong pre-lengths ask for what is not there",
  ),
  witnessed(
    "other table's length",
    "two models more, which the block does not touch",
    "WrongPreRoot",
    (witness) => withLength(witness, "models", 3),
    "all lengths are hashed",
  ),
  witnessed(
    "record that is not the state's",
    "alice has nothing, so her transfer fails",
    "WrongPreRoot",
    (witness) => spliced(witness, leavesOf(witness, "accounts") + 6 + 40, 8, new Uint8Array(8)),
    "the root before binds every record",
  ),
];

const frames: readonly Row[] = [
  ...[0, 1, 2].map((index) =>
    cheating(
      {
        name: `proof against honest block ${index}`,
        rule: 4,
        deed: "the true proof of a block whose root is right",
        why: "the rules give the root that was posted",
      },
      "NoFault",
      index,
      () => ({}),
    ),
  ),
  cheating(
    {
      name: "proof with other content",
      rule: 2,
      deed: "the block's bytes are other ones",
      why: "the commitment binds header and content",
    },
    "BlockMismatch",
    1,
    ({ blockBytes }) => ({ blockBytes: `${blockBytes}00` }),
  ),
  cheating(
    {
      name: "proof on another state before",
      rule: 2,
      deed: "the header before the block is made up, to begin from another root",
      why: "the batch's commitment binds every block",
    },
    "BlockMismatch",
    1,
    ({ previousHeader }) => ({ previousHeader: `0x${"11".repeat(32)}${previousHeader.slice(66)}` }),
  ),
  cheating(
    {
      name: "proof on another parent",
      rule: 2,
      deed: "the parent's root is made up",
      why: "the first block's state before is in the batch's commitment",
    },
    "PreimageMismatch",
    0,
    ({ preimage }) => ({ preimage: { ...preimage, parentRoot: toHex(root("parent")) } }),
  ),
  cheating(
    {
      name: "proof with a message changed",
      rule: 7,
      deed: "the deposit that the block consumes has another owner",
      why: "the accumulator binds the message",
    },
    "MessageMismatch",
    2,
    ({ messages }) => ({
      messages: messages.map((message) => toHex(fromHex(message).fill(0x66, 1, 21))),
    }),
  ),
  cheating(
    {
      name: "proof with a message left out",
      rule: 5,
      deed: "the block's deposit is not there",
      why: "the header's count says how many there are",
    },
    "MessageCountMismatch",
    2,
    () => ({ messages: [] }),
  ),
  cheating(
    {
      name: "proof of a block that is not there",
      rule: 2,
      deed: "block 3 of three",
      why: "the preimage lists the blocks",
    },
    "BlockUnknown",
    2,
    () => ({ blockIndex: 3n }),
  ),
];

export const PROOFS: readonly Row[] = [...frames, ...witnesses];
