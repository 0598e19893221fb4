/** Header keys that break their word, and accusers of keys that kept it. */
import { parseEther } from "viem";
import { encodeHeader } from "../../../protocol/batch.ts";
import { concat, toHex } from "../../../protocol/bytes.ts";
import { BALANCE } from "../../../protocol/state/account.ts";
import { alice, bob } from "../../support/world.ts";
import { COPYCAT, POSTER, STRANGER } from "../actors.ts";
import { type Arena, refusalOf } from "../arena.ts";
import type { Books, Written } from "../books.ts";
import { agreed, caught } from "../ends.ts";
import { preimageOf } from "../proofs.ts";
import { CONVICTED, done, type End, proven, type Row, refused, UNTOUCHED } from "../row.ts";
import { transfer } from "../season.ts";
import { placeOf, type SignedConfirmation, type SignedHeader, signConfirmation, signHeader } from "../statements.ts";

const conflict = (arena: Arena, a: SignedHeader, b: SignedHeader) =>
  arena.call(COPYCAT, { functionName: "proveHeaderConflict", args: [a.header, a.signature, b.header, b.signature] });

async function contradiction(
  arena: Arena,
  { header, signature }: SignedHeader,
  batch: number,
  blocks: readonly Written[],
) {
  const args = [header, signature, BigInt(batch), await preimageOf(arena, batch, blocks)] as const;
  return arena.call(COPYCAT, { functionName: "proveHeaderContradiction", args });
}

async function brokenConfirmation(
  arena: Arena,
  { confirmation, signature }: SignedConfirmation,
  batch: number,
  blocks: readonly Written[],
) {
  const [{ header, content }] = blocks as [Written];
  const preimage = await preimageOf(arena, batch, blocks);
  const args = [
    confirmation,
    signature,
    BigInt(batch),
    preimage,
    toHex(concat(encodeHeader(header), content)),
  ] as const;
  return arena.call(COPYCAT, { functionName: "proveConfirmationContradiction", args });
}

/** The bond is gone whole, half of it with the accuser, and the slot with it. */
async function convicted(arena: Arena, accuse: () => Promise<unknown>): Promise<End> {
  const before = await arena.devnet.client.getBalance({ address: COPYCAT.address });
  await accuse();
  const gain = (await arena.devnet.client.getBalance({ address: COPYCAT.address })) - before;
  const { poster } = await arena.reader.slot();
  const isWhole = (await arena.bondOf(POSTER)) === 0n && gain > parseEther("4.9") && poster === undefined;
  return isWhole ? CONVICTED : "convicted, but not whole";
}

/** Two blocks for one place. */
const two = (books: Books): [Written, Written] => [
  books.copy().block({ content: [books.pack(transfer(0, 1), alice)] }),
  books.copy().block({ content: [books.pack(transfer(1, 0), bob)] }),
];

const about = { rule: 25, liar: "header key" } as const;

const broken: readonly Row[] = [
  {
    ...about,
    name: "equivocation: two headers",
    deed: "one key signs two blocks of one height, and posts neither",
    expected: [CONVICTED, refused("AlreadyConvicted"), refused("BondTooSmall")],
    why: "two clients were told two chains; once convicted the key has no more to lose and may not post",
    async run(arena) {
      const books = await arena.books();
      const place = await placeOf(arena);
      const [a, b] = await Promise.all(two(books).map((block) => signHeader(arena, place, block)));
      const end = await convicted(arena, () => conflict(arena, a!, b!));
      return [end, await refusalOf(() => conflict(arena, a!, b!)), await refusalOf(() => arena.post([books.block()]))];
    },
  },
  {
    ...about,
    name: "equivocation: header against posted block",
    deed: "a block is signed, another is posted at its height",
    expected: [CONVICTED, UNTOUCHED],
    why: "the header was a promise; the posted block is true all the same, and stays",
    async run(arena) {
      const [shown, posted] = two(await arena.books());
      const header = await signHeader(arena, await placeOf(arena), shown);
      const batch = await arena.post([posted]);
      const end = await convicted(arena, () => contradiction(arena, header, batch, [posted]));
      return [end, await agreed(arena, [])];
    },
  },
  {
    ...about,
    name: "confirmation against posted block",
    rule: 26,
    deed: "alice's transfer is confirmed as the block's first, and the block begins with bob's",
    expected: [CONVICTED],
    why: "a confirmation fixes the content so far, byte for byte",
    async run(arena) {
      const [shown, posted] = two(await arena.books());
      const confirmation = await signConfirmation(arena, await placeOf(arena), shown.content);
      const batch = await arena.post([posted]);
      return [await convicted(arena, () => brokenConfirmation(arena, confirmation, batch, [posted]))];
    },
  },
  {
    ...about,
    name: "confirmed content cut off",
    rule: 26,
    deed: "alice's transfer is confirmed, and the block posted is empty",
    expected: [CONVICTED],
    why: "content shorter than confirmed is no beginning of it",
    async run(arena) {
      const books = await arena.books();
      const [shown] = two(books);
      const confirmation = await signConfirmation(arena, await placeOf(arena), shown.content);
      const posted = books.block();
      const batch = await arena.post([posted]);
      return [await convicted(arena, () => brokenConfirmation(arena, confirmation, batch, [posted]))];
    },
  },
  {
    ...about,
    name: "slash twice",
    rule: 24,
    deed: "a signer is convicted, bonds again, and is accused of the same once more; then its false batch of that epoch is proven",
    expected: [CONVICTED, refused("AlreadyConvicted"), done("the new bond is whole"), proven(0)],
    why: "evidence counts once; a false root is another matter, and takes what is there",
    async run(arena) {
      const books = await arena.books();
      const place = await placeOf(arena);
      const [a, b] = await Promise.all(two(books).map((block) => signHeader(arena, place, block)));
      await arena.post([books.block({ lie: { after: ({ accounts }) => accounts.add(3, BALANCE, 1) } })]);
      const end = await convicted(arena, () => conflict(arena, a!, b!));
      await arena.call(POSTER, { functionName: "bond", value: parseEther("2") });
      const again = await refusalOf(() => conflict(arena, b!, a!));
      const isWhole = (await arena.bondOf(POSTER)) === parseEther("2");
      return [end, again, done(isWhole ? "the new bond is whole" : "the new bond is gone"), await caught(arena)];
    },
  },
];

const accuser = { rule: 25, liar: "prover" } as const;

const kept: readonly Row[] = [
  {
    ...accuser,
    name: "accusing a word that was kept",
    deed: "header and confirmations of the block that was posted, and the same header twice",
    expected: [refused("NoContradiction"), refused("NoContradiction"), refused("NoConflict")],
    why: "an honest signer is not slashed",
    async run(arena) {
      const [block] = two(await arena.books());
      const place = await placeOf(arena);
      const header = await signHeader(arena, place, block);
      const confirmation = await signConfirmation(arena, place, block.content);
      const batch = await arena.post([block]);
      return [
        await refusalOf(() => contradiction(arena, header, batch, [block])),
        await refusalOf(() => brokenConfirmation(arena, confirmation, batch, [block])),
        await refusalOf(() => conflict(arena, header, header)),
      ];
    },
  },
  {
    ...accuser,
    name: "accusing with another key",
    deed: "a stranger signs a block at that height, and shows it as the sequencer's",
    expected: [refused("SignerMismatch")],
    why: "only the epoch's header key binds its poster",
    async run(arena) {
      const [shown, posted] = two(await arena.books());
      const header = await signHeader(arena, await placeOf(arena), shown, STRANGER);
      const batch = await arena.post([posted]);
      return [await refusalOf(() => contradiction(arena, header, batch, [posted]))];
    },
  },
  {
    ...accuser,
    name: "accusing over a host reorg",
    liar: "host",
    deed: "a header rests on a deposit that a reorg replaces by another; the block is built again and posted",
    expected: [refused("NotGrounded"), refused("NotGrounded")],
    why: "what was signed of an inbox that is gone is no lie",
    async run(arena) {
      const { client } = arena.devnet;
      const undo = await client.snapshot();
      await arena.devnet.deposit(alice);
      const place = await placeOf(arena, 5);
      const shown = (await arena.books()).block({ messages: await arena.messages() });
      const header = await signHeader(arena, place, shown);
      await client.revert({ id: undo });
      await arena.devnet.deposit(bob);
      const posted = (await arena.books()).block({ messages: await arena.messages() });
      const other = await signHeader(arena, await placeOf(arena, 5), posted);
      const batch = await arena.post([posted]);
      return [
        await refusalOf(() => contradiction(arena, header, batch, [posted])),
        await refusalOf(() => conflict(arena, header, other)),
      ];
    },
  },
  {
    ...accuser,
    name: "accusing over a rollback",
    deed: "a child of a false batch was signed; after the removal another block is posted at its height",
    expected: [proven(0), refused("EpochMismatch")],
    why: "a removal ends the epoch: what was signed before binds no longer",
    async run(arena) {
      const books = await arena.books();
      const [block] = two(books);
      await arena.post([books.block({ lie: { after: ({ accounts }) => accounts.add(3, BALANCE, 1) } })]);
      const header = await signHeader(arena, await placeOf(arena), block);
      const end = await caught(arena);
      await arena.call(POSTER, { functionName: "bond", value: parseEther("10") });
      const after = await arena.books();
      const blocks = [after.block(), after.block({ content: [after.pack(transfer(1, 0), bob)] })];
      const batch = await arena.post(blocks);
      return [end, await refusalOf(() => contradiction(arena, header, batch, blocks))];
    },
  },
];

export const SIGNERS: readonly Row[] = [...broken, ...kept];
