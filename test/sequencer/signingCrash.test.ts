/** Whatever happens between two signatures, deaths included: no two headers for one place, and no block that breaks a word. */
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { SoftConfirmationView } from "../../protocol/api.ts";
import { blockCommitment } from "../../protocol/batch.ts";
import { toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import type { StoredBlock } from "../../runtime/chain/storedBlock.ts";
import { decodeJson } from "../../runtime/store/json.ts";
import type { Operation, Store } from "../../runtime/store/store.ts";
import type { Statement } from "../../sequencer/withdrawn.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol, person } from "../support/world.ts";
import { dyingAt } from "./dying.ts";
import { Workshop } from "./workshop.ts";

const directory = temporaryDirectories();
const OWNERS = [alice, bob, carol];
const inbox = deposits(OWNERS);
const headerKey = person("header key");
const counts = { runs: 0, headers: 0, confirmations: 0, withdrawn: 0 };
afterAll(() => {
  process.stdout.write(`signing: ${JSON.stringify(counts)}\n`);
});

/** What left the process: receipts, and headers once they are on disk, where the RPC reads them. */
class Ear {
  headers: NonNullable<Statement["header"]>[] = [];
  confirmations: SoftConfirmationView[] = [];

  wrap = (store: Store): Store => ({
    ...store,
    write: async (operations: Operation[], options?: { sync?: boolean }): Promise<void> => {
      await store.write(operations, options);
      for (const operation of operations) {
        if (operation.type !== "put" || operation.sublevel !== (store.statements as unknown)) continue;
        const { header } = decodeJson(operation.value as Uint8Array) as Statement;
        if (header !== null) this.headers.push(header);
      }
    },
  });

  take(workshop: Workshop): void {
    for (const { softConfirmation } of workshop.receipts.splice(0)) {
      if (softConfirmation !== undefined) this.confirmations.push(softConfirmation);
    }
  }

  /** What was said in an epoch that is over for good binds nobody. */
  forgetBelow(epoch: number): void {
    this.headers = this.headers.filter((said) => said.epoch >= epoch);
    this.confirmations = this.confirmations.filter((said) => said.epoch >= epoch);
  }
}

async function open(path: string, ear: Ear, epoch: number, dying?: (store: Store) => Store): Promise<Workshop> {
  const wrap = (store: Store) => (dying ?? ((same: Store) => same))(ear.wrap(store));
  const workshop = await Workshop.open({ path, inbox, headerKey, blockTimeMs: 2, wrap });
  workshop.signer.setEpoch(epoch);
  workshop.run();
  workshop.readInbox();
  return workshop;
}

const breaks = (
  { content }: Pick<StoredBlock, "content">,
  { contentLength, contentHash }: SoftConfirmationView,
): boolean => content.length < contentLength || toHex(keccak256(content.subarray(0, contentLength))) !== contentHash;

/** Every block that may be posted keeps every word, in whatever epoch the post lands. */
async function check(workshop: Workshop, ear: Ear): Promise<void> {
  ear.take(workshop);
  const { statements } = workshop.signer;
  const byPlace = new Map<string, string>();
  for (const header of ear.headers) {
    const place = `${header.epoch}/${header.height}`;
    expect(byPlace.get(place) ?? JSON.stringify(header), `header ${place}`).toBe(JSON.stringify(header));
    byPlace.set(place, JSON.stringify(header));
  }
  const held = new Map(statements.withdrawn.map((block) => [block.height, block]));
  const top = Math.max(workshop.chain.head.height, ...held.keys());
  for (let height = 1; height <= top; height++) {
    // Where a block is withdrawn, no other may be posted: the words are about that one.
    const withdrawn = held.get(height);
    const logged = await workshop.chain.log.block(height);
    const block = withdrawn ?? logged;
    if (block === undefined) continue; // neither: what comes is bound by nothing, or not yet there
    const commitment = withdrawn ? withdrawn.statement.header?.blockCommitment : toHex(blockCommitment(logged!));
    for (const said of ear.headers.filter((header) => header.height === height)) {
      expect(said.blockCommitment, `block ${height}`).toBe(commitment);
    }
    for (const said of ear.confirmations.filter((confirmation) => confirmation.height === height)) {
      expect(breaks(block, said), `content of block ${height}`).toBe(false);
    }
  }
  counts.runs++;
  counts.headers += ear.headers.length;
  counts.confirmations += ear.confirmations.length;
  counts.withdrawn += held.size;
}

async function work(workshop: Workshop): Promise<void> {
  await workshop.accounts(OWNERS.length);
  for (let i = 0; i < 4; i++) await workshop.submit(transfer(i % 3, (i + 1) % 3), OWNERS[i % 3]!);
  await workshop.quiet();
  await workshop.submit(transfer(0, 1), alice);
  await workshop.rewind(Math.min(2, workshop.chain.head.height));
  await workshop.submit(transfer(1, 2), bob);
  await workshop.quiet();
}

describe.each(["before", "after"] as const)("a signer that dies %s a write", (moment) => {
  test("keeps its word afterwards", async () => {
    for (let k = 1, died = true; died; k++) {
      const path = await directory();
      const ear = new Ear();
      const dying = dyingAt(k, moment);
      const first = await open(path, ear, 4, dying.wrap).catch(() => undefined);
      if (first !== undefined) {
        const over = work(first).catch((error: unknown) => {
          if (!dying.died()) throw error;
        });
        await Promise.race([over, until("death", () => dying.died())]);
        ear.take(first);
        await first.close();
      }
      const second = await open(path, ear, 4);
      await work(second);
      await check(second, ear);
      await second.close();
      died = dying.died();
    }
  });
});

/** The host finalizes a block of this epoch: no earlier one can come back. */
async function finalize(workshop: Workshop, ear: Ear, epoch: number): Promise<void> {
  await workshop.quiet();
  await check(workshop, ear);
  const { statements } = workshop.signer;
  await statements.release(statements.withdrawn.filter((block) => block.statement.epoch < epoch));
  ear.forgetBelow(epoch);
}

type Step =
  | { do: "send" | "burst" | "quiet" | "attempt" | "finalize" }
  | { do: "rewind"; to: number }
  | { do: "restart"; epoch: number };

const steps = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: fc.constantFrom<Step>({ do: "send" }, { do: "burst" }, { do: "quiet" }) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ do: "attempt" }, { do: "finalize" }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("rewind" as const), to: fc.nat(8) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("restart" as const), epoch: fc.integer({ min: 3, max: 7 }) }) },
  ),
  { minLength: 5, maxLength: 25 },
);

test("any sequence of work, rewinds, epochs, finalization and restarts keeps every word", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const path = await directory();
      const ear = new Ear();
      let workshop = await open(path, ear, 4);
      let [epoch, finalized] = [4, 0];
      try {
        for (const step of script) {
          await workshop.accounts(OWNERS.length);
          await until("no resequencing", () => !workshop.builder.isResequencing);
          if (step.do === "send") await workshop.submit(transfer(0, 1), alice);
          else if (step.do === "burst") {
            await Promise.all([0, 1, 2, 1].map((account) => workshop.submit(transfer(account, 0), OWNERS[account]!)));
          } else if (step.do === "quiet") await workshop.quiet();
          else if (step.do === "attempt") await workshop.signer.statements.attempt(workshop.chain.head.height);
          else if (step.do === "rewind") await workshop.rewind(Math.min(step.to, workshop.chain.head.height));
          else if (step.do === "finalize") {
            finalized = epoch;
            await finalize(workshop, ear, finalized);
          } else if (step.do === "restart") {
            ear.take(workshop);
            await workshop.close();
            epoch = Math.max(finalized, step.epoch);
            workshop = await open(path, ear, epoch);
          }
        }
        await workshop.quiet();
        await check(workshop, ear);
      } finally {
        await workshop.close();
      }
    }),
    { numRuns: 40 },
  );
});
