/** Control runs: nobody lies, and nobody loses anything; accusers try. */
import type { LocalAccount } from "viem/accounts";
import { encodeHeader } from "../../../protocol/batch.ts";
import { concat, fromHex, toHex } from "../../../protocol/bytes.ts";
import { mutationsOf } from "../../differential/mutations.ts";
import { Random } from "../../differential/random.ts";
import { root } from "../../support/world.ts";
import { COPYCAT, OPEN_POSTER, OTHER_POSTER, POSTER } from "../actors.ts";
import { type Arena, refusalOf } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { agreed, caught } from "../ends.ts";
import { preimageOf, proofOf } from "../proofs.ts";
import { randomBlock, randomMessages } from "../randomBlocks.ts";
import { done, type End, proven, type Row, refused, UNTOUCHED } from "../row.ts";
import { placeOf, signConfirmation, signHeader } from "../statements.ts";

const BATCHES = 12;
/** Changed witnesses tried per block. */
const MUTATIONS = 12;

interface Posted {
  before: Books;
  batch: number;
  blocks: readonly Written[];
}

/** One to four honest blocks in a batch; the books keep up. */
async function postRandom(arena: Arena, random: Random, books: Books, from: LocalAccount): Promise<Posted> {
  await arena.pass(random.pick([1, 12, 3_600, 7_200]), books);
  await randomMessages(arena, random, books);
  books.time = await arena.now();
  const before = books.copy();
  const queue = await arena.messages();
  const blocks = Array.from({ length: random.between(1, 4) }, () => randomBlock(random, books, arena.separator, queue));
  // A batch of few blocks may leave messages behind; the next takes them.
  return { before, blocks, batch: await arena.post(blocks, { from }) };
}

/** Every way to accuse the poster of an honest batch of a false root: what the host does not refuse. */
async function falseProofs(arena: Arena, random: Random, { before, batch, blocks }: Posted): Promise<string[]> {
  const taken: string[] = [];
  for (const index of blocks.keys()) {
    const proof = await proofOf(arena, before, batch, blocks, index);
    const prove = (change: object) =>
      refusalOf(() => arena.call(COPYCAT, { functionName: "proveFault", args: [{ ...proof, ...change }] }));
    const end = await prove({});
    if (end !== refused("NoFault")) taken.push(`true proof of block ${index} of batch ${batch}: ${end}`);
    // Shorter ones, without the inbox index, end in a check of Solidity's own, which has no name.
    const wrong = [...mutationsOf(fromHex(proof.witness))].filter(({ witness }) => witness.length >= 32);
    for (let i = 0; i < MUTATIONS; i++) {
      const { name, witness } = random.pick(wrong);
      const seen = await prove({ witness: toHex(witness) });
      if (!seen.startsWith("refused") && toHex(witness) !== proof.witness) taken.push(`${name}: ${seen}`);
    }
  }
  return taken;
}

/** Every way to accuse a signer who posted what it had signed. */
async function falseAccusations(
  arena: Arena,
  { batch, blocks }: Posted,
  place: Awaited<ReturnType<typeof placeOf>>,
): Promise<string[]> {
  const [block] = blocks as [Written];
  const preimage = await preimageOf(arena, batch, blocks);
  const { header, signature } = await signHeader(arena, place, block);
  const said = await signConfirmation(arena, place, block.content, Math.floor(block.content.length / 2));
  const bytes = toHex(concat(encodeHeader(block.header), block.content));
  const ends = await Promise.all([
    refusalOf(() =>
      arena.call(COPYCAT, {
        functionName: "proveHeaderContradiction",
        args: [header, signature, BigInt(batch), preimage],
      }),
    ),
    refusalOf(() =>
      arena.call(COPYCAT, {
        functionName: "proveConfirmationContradiction",
        args: [said.confirmation, said.signature, BigInt(batch), preimage, bytes],
      }),
    ),
  ]);
  return ends.filter((end) => end !== refused("NoContradiction"));
}

export const HONEST: readonly Row[] = [
  {
    name: `control: ${BATCHES} random honest batches`,
    rule: 4,
    liar: "nobody",
    deed: "random blocks of every kind of transaction and message; each block is accused with its true proof, with changed witnesses, and by what was signed of it",
    expected: [done("15 kinds of transaction and message work"), done("no accusation is taken"), UNTOUCHED],
    why: "the rules in TypeScript and in Solidity agree, so honesty is safe",
    async run(arena) {
      const random = new Random("honest batches");
      const books = await arena.books();
      const taken: string[] = [];
      const worked = new Set<string>();
      for (let i = 0; i < BATCHES; i++) {
        const posted = await postRandom(arena, random, books, POSTER);
        for (const { results } of posted.blocks) {
          for (const { name, verdict } of results) if (verdict === "Ok") worked.add(name);
        }
        taken.push(...(await falseProofs(arena, random, posted)));
      }
      const end: End = done(taken.length === 0 ? "no accusation is taken" : taken.join(", "));
      return [done(`${worked.size} kinds of transaction and message work`), end, await agreed(arena)];
    },
  },
  {
    name: "control: honest batches between false ones",
    rule: 24,
    liar: "open poster",
    deed: "three times an honest poster's batch stands under another's false one, which is proven",
    expected: [proven(0), proven(0), proven(0), done("no accusation is taken"), UNTOUCHED],
    why: "a rollback takes what is false and what stands on it, and nothing else",
    async run(arena) {
      const random = new Random("rollbacks");
      const books = await arena.books();
      const seen: End[] = [];
      const taken: string[] = [];
      let liar = POSTER;
      for (let i = 0; i < 3; i++) {
        if (i > 0) {
          const posted = await postRandom(arena, random, books, OTHER_POSTER);
          taken.push(...(await falseProofs(arena, random, posted)));
        }
        const lie = books.copy().block({ timestamp: await arena.now() });
        await arena.post([{ ...lie, header: { ...lie.header, stateRoot: root(`lie ${i}`) } }], { from: liar });
        seen.push(await caught(arena, { poster: liar }));
        liar = OPEN_POSTER;
        if (i === 1) await arena.call(OPEN_POSTER, { functionName: "bond", value: 10n ** 18n });
      }
      seen.push(done(taken.length === 0 ? "no accusation is taken" : taken.join(", ")));
      return [...seen, await agreed(arena, [OTHER_POSTER])];
    },
  },
  {
    name: "control: signed and posted",
    rule: 26,
    liar: "nobody",
    deed: "five random blocks are signed, their first halves confirmed, and posted so",
    expected: [done("no accusation is taken"), UNTOUCHED],
    why: "who keeps its word cannot be convicted",
    async run(arena) {
      const random = new Random("signed");
      const books = await arena.books();
      const taken: string[] = [];
      for (let i = 0; i < 5; i++) {
        const place = await placeOf(arena);
        const posted = await postRandom(arena, random, books, POSTER);
        taken.push(...(await falseAccusations(arena, posted, place)));
      }
      return [done(taken.length === 0 ? "no accusation is taken" : taken.join(", ")), await agreed(arena)];
    },
  },
];
