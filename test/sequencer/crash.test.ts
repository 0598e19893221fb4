/** The process dies at any write: what was acknowledged is there afterwards, once, in the same order. */
import { describe, expect, test } from "vitest";
import { temporaryDirectories } from "../support/directories.ts";
import { deposits } from "../support/inbox.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice, bob, carol } from "../support/world.ts";
import { dyingAt } from "./dying.ts";
import { Workshop } from "./workshop.ts";

const directory = temporaryDirectories();
const OWNERS = [alice, bob, carol];
const inbox = deposits(OWNERS);

type Script = (workshop: Workshop, acknowledge: (hash: Promise<string>) => Promise<void>) => Promise<void>;

/** Runs the script, dying at write 1, 2, 3 ... until it lives to its end. Returns how often it died. */
async function dieEverywhere(moment: "before" | "after", script: Script): Promise<number> {
  for (let k = 1; ; k++) {
    const path = await directory();
    const dying = dyingAt(k, moment);
    const acknowledged: string[] = [];
    const acknowledge = async (hash: Promise<string>): Promise<void> => {
      acknowledged.push(await hash);
    };
    const first = await Workshop.start({ path, inbox, wrap: dying.wrap, blockTimeMs: 2 }).catch(() => undefined);
    if (first !== undefined) {
      const over = script(first, acknowledge).catch((error: unknown) => {
        if (!dying.died()) throw error;
      });
      await Promise.race([over, until("death", () => dying.died())]);
      await first.close();
    }
    const second = await Workshop.start({ path, inbox, blockTimeMs: 2 });
    await second.quiet();
    const logged = await second.logged();
    expect(new Set(logged).size, `write ${k}: nothing twice`).toBe(logged.length);
    const wanted = new Set(acknowledged);
    expect(
      logged.filter((hash) => wanted.has(hash)),
      `write ${k}: all acknowledged, in order`,
    ).toEqual(acknowledged);
    const leftOver = [
      ...(await second.chain.store.dropped.keys().all()),
      ...(await second.chain.store.pending.keys().all()),
    ];
    expect(leftOver, `write ${k}: nothing waits any more`).toEqual([]);
    await second.close();
    if (!dying.died()) return k - 1;
  }
}

/** Some transactions of all accounts, acknowledged one after the other or in bursts. */
const work =
  (from: number): Script =>
  async (workshop, acknowledge) => {
    await workshop.accounts(OWNERS.length);
    for (let i = from; i < from + 4; i++) {
      const account = i % 3;
      await acknowledge(workshop.submit(transfer(account, (account + 1) % 3, BigInt(i + 1)), OWNERS[account]!));
    }
    const burst = [0, 1, 2, 0, 0].map((account) => workshop.submit(transfer(account, 1, 9n), OWNERS[account]!));
    // All are waited for, and a death ends the wait for each.
    const settled = Promise.allSettled(burst);
    for (const hash of burst) await acknowledge(hash);
    await settled;
  };

const workAndRewind: Script = async (workshop, acknowledge) => {
  await work(0)(workshop, acknowledge);
  await workshop.rewind(1);
  await work(4)(workshop, acknowledge);
  await Promise.all([workshop.rewind(1), workshop.rewind(0)]);
  await work(8)(workshop, acknowledge);
};

describe.each(["before", "after"] as const)("a process that dies %s a write", (moment) => {
  test("loses nothing that was acknowledged and doubles nothing", async () => {
    expect(await dieEverywhere(moment, work(0))).toBeGreaterThan(5);
  });

  test("loses nothing while blocks are rewound and sequenced again", async () => {
    expect(await dieEverywhere(moment, workAndRewind)).toBeGreaterThan(10);
  });
});
