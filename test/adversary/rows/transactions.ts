/** Transactions that the rules give no effect, or another, run as if they had one. */
import { concat } from "../../../protocol/bytes.ts";
import { BALANCE } from "../../../protocol/state/account.ts";
import { attributionRoot } from "../../../protocol/state/attribution.ts";
import { alice, bob, carol, mallory, root } from "../../support/world.ts";
import { lied } from "../lied.ts";
import type { Row } from "../row.ts";
import { attributeCommitted, claim, FEE, transfer } from "../season.ts";

const LOOT = 1_000_000_000n;

/** Far more work in few bytes than a block may have. */
const heavyClaim = () => ({
  name: "Claim" as const,
  account: 0,
  body: { items: Array.from({ length: 256 }, () => ({ table: "contributions" as const, index: 0 })) },
});

export const TRANSACTIONS: readonly Row[] = [
  lied(
    {
      name: "invalid signature as if valid",
      rule: 15,
      deed: "mallory signs a transfer out of alice's account, and it is run",
      verdict: "BadSignature",
      why: "a signature that does not recover to the owner changes nothing",
    },
    (books) => ({ content: [books.pack(transfer(0, 3, LOOT), mallory)], lie: { signer: alice.address } }),
  ),
  lied(
    {
      name: "replayed nonce",
      rule: 15,
      deed: "the same signed transfer stands in the block twice, and is run twice",
      verdict: "BadSignature",
      why: "what was signed binds the nonce, which has moved on",
    },
    (books) => {
      const packed = books.pack(transfer(0, 3, LOOT), alice);
      return { content: [packed, packed], lie: { signer: alice.address } };
    },
  ),
  lied(
    {
      name: "nonce gap",
      rule: 15,
      deed: "a transfer signed for the nonce after the next is run",
      verdict: "BadSignature",
      why: "a later order must not run before an earlier one",
    },
    (books) => ({
      content: [books.pack(transfer(0, 3, LOOT), alice, books.nonce(0) + 1)],
      lie: { signer: alice.address },
    }),
  ),
  lied(
    {
      name: "index that means somebody else now",
      rule: 14,
      deed: "alice signed when account 1 was another's; the transfer pays whoever has it now",
      verdict: "BadSignature",
      why: "the recipient's address is signed beside the index",
    },
    (books) => {
      const before = books.copy();
      before.state.accounts.setChunk(1, 0, concat(carol.address, new Uint8Array(12)));
      return { content: [before.pack(transfer(0, 1, LOOT), alice)], lie: { signer: alice.address } };
    },
  ),
  lied(
    {
      name: "void transaction charged",
      rule: 15,
      deed: "a transaction with a wrong signature changes nothing, but alice pays its fee",
      verdict: "BadSignature",
      why: "else anyone could drain an account with noise",
    },
    (books) => ({
      content: [books.pack(transfer(0, 3), mallory)],
      lie: {
        after: ({ accounts }) => {
          accounts.subtract(0, BALANCE, 1_000);
          accounts.add(2, BALANCE, 1_000);
        },
      },
    }),
  ),
  lied(
    {
      name: "record of another output",
      rule: 12,
      deed: "the leaf of a record says that the second of the outputs committed to is its own, not the first",
      verdict: "Ok",
      why: "the leaf binds root and position, else an operator could move credit from output to output afterwards",
    },
    (books) => ({
      content: [books.pack(attributeCommitted(), mallory)],
      lie: {
        after: ({ attributions }) => {
          const record = {
            output: root("outputs"),
            position: 1,
            evidenceRoot: new Uint8Array(32),
            model: 0,
            payer: 3,
            fee: FEE,
            pool: FEE - (FEE * 500) / 10_000,
            method: 1,
            timestamp: books.time,
            shares: [{ contribution: 0, weight: 1 }],
          };
          attributions.items.bytes(attributions.length - 2).set(attributionRoot(record));
        },
      },
    }),
  ),
  lied(
    {
      name: "fee kept by the wrong account",
      rule: 16,
      deed: "the header names account 0 for the fees, mallory's account gets them",
      verdict: "Ok",
      why: "the header is part of the block",
    },
    (books) => ({ content: [books.pack(transfer(1, 2), bob)], lie: { feeAccount: 3 } }),
  ),
  lied(
    {
      name: "over-metered block",
      rule: 10,
      deed: "a block of claims that pass the meter, all run, and a transfer after them",
      verdict: "BelowMinimumClaim",
      why: "the meter ends the content; what is past it could make a block that no proof can carry",
    },
    (books) => {
      const nonce = books.nonce(0);
      const claims = [0, 1, 2].map((i) => books.pack(heavyClaim(), alice, nonce + i));
      return { content: [...claims, books.pack(transfer(1, 3, LOOT), bob)], lie: { ignoresMeter: true } };
    },
  ),
  lied(
    {
      name: "malformed bytes, and what follows is run",
      rule: 10,
      deed: "a transfer, bytes that are no transaction, and a transfer that is run all the same",
      verdict: "Ok",
      why: "malformed bytes end the content: two readers must not resume at different places",
    },
    (books) => {
      const good = books.pack(transfer(0, 1), alice);
      const after = books.pack(transfer(1, 3, LOOT), bob);
      return { content: [good, Uint8Array.of(0xff, 1, 2, 3), after], lie: { content: [good, after] } };
    },
  ),
  lied(
    {
      name: "content left unread",
      rule: 5,
      deed: "a valid claim stands in the block and is not run",
      verdict: "Ok",
      why: "what is posted is run: the poster may leave out, not post and ignore",
    },
    (books) => ({ content: [books.pack(claim(1, 0), bob)], lie: { content: [] } }),
  ),
  lied(
    {
      name: "bytes of an inbox message in a block",
      rule: 8,
      deed: "a deposit that nobody made stands in the content and is credited",
      why: "kinds from 128 on are malformed in a block: only the Inbox makes them",
    },
    (books) => {
      const forged = concat(Uint8Array.of(128), mallory.address, new Uint8Array(6), new Uint8Array(8).fill(1));
      return {
        content: [books.pack(transfer(0, 1), alice), forged],
        lie: { after: ({ accounts }) => accounts.add(3, BALANCE, 0x0101_0101) },
      };
    },
  ),
];
