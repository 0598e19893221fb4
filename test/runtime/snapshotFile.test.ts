/** The portable snapshot: what is written comes back with its root, and nothing else passes for one. */
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toHex } from "../../protocol/bytes.ts";
import { BALANCE } from "../../protocol/state/account.ts";
import { State, TABLES } from "../../protocol/state/state.ts";
import { readSnapshot, readSnapshotHeader, writeSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { root, seasonedWorld } from "../support/world.ts";

const directory = temporaryDirectories();
const ABOUT = { chainId: 31_337, rollup: `0x${"ab".repeat(20)}`, batch: 7, height: 40 } as const;

async function written(state: State): Promise<string> {
  const path = join(await directory(), "a.snapshot");
  await writeSnapshot(path, state, ABOUT);
  return path;
}

async function stateIn(path: string): Promise<State> {
  const found = await readSnapshot(path);
  if ("problem" in found) throw new Error(found.problem);
  return found.state;
}

/** Accounts and attributions over more than one segment, the last one cut anywhere. */
function largeState(): State {
  const { state } = seasonedWorld();
  for (let i = 0; i < 5_000; i++) state.accounts.setNumber(state.accounts.append(), BALANCE, i);
  for (let i = 0; i < 8_193; i++) state.attributions.appendLeaf(root(i));
  return state;
}

describe("a snapshot", () => {
  test.each([
    ["the empty state", () => new State()],
    ["a state with every kind of record", () => seasonedWorld().state],
    ["a state of several segments", largeState],
  ])("holds %s", async (_what, make) => {
    const state = make();
    const path = await written(state);
    const found = await readSnapshot(path);
    expect(found).toMatchObject({
      header: {
        ...ABOUT,
        format: 1,
        stateRoot: toHex(state.root()),
        lengths: TABLES.map((name) => state[name].length),
      },
    });
    const restored = await stateIn(path);
    expect(toHex(restored.root())).toBe(toHex(state.root()));
    expect(await readSnapshotHeader(path)).toEqual((found as { header: unknown }).header);
  });

  test("is restored to a state that goes on as the original does", async () => {
    const { state } = seasonedWorld();
    const restored = await stateIn(await written(state));
    for (const each of [state, restored]) {
      each.accounts.add(2, BALANCE, 17);
      each.attributions.appendLeaf(root("one more"));
    }
    expect(toHex(restored.root())).toBe(toHex(state.root()));
    expect(restored.prove("contributions", 1)).toEqual(state.prove("contributions", 1));
  });

  test("does not pass with one bit of its records changed, wherever", async () => {
    const path = await written(seasonedWorld().state);
    const bytes = await readFile(path);
    const start = bytes.indexOf(0x0a) + 1;
    for (let i = 0; i < 40; i++) {
      const changed = Buffer.from(bytes);
      changed[start + Math.floor(((bytes.length - start) * i) / 40)]! ^= 1 << (i % 8);
      await writeFile(path, changed);
      expect(await readSnapshot(path)).toMatchObject({ problem: expect.stringContaining("give the root") });
    }
  });

  test("does not pass cut, lengthened, or with another first line", async () => {
    const path = await written(seasonedWorld().state);
    const bytes = await readFile(path);
    const line = bytes.subarray(0, bytes.indexOf(0x0a)).toString();
    const problemOf = async (content: Uint8Array | string): Promise<string> => {
      await writeFile(path, content);
      return ((await readSnapshot(path)) as { problem: string }).problem;
    };
    expect(await problemOf(bytes.subarray(0, -1))).toContain("bytes");
    expect(await problemOf(Buffer.concat([bytes, Buffer.from([0])]))).toContain("bytes");
    // Lengths that nobody could allocate are refused by the file's size.
    expect(
      await problemOf(bytes.toString("latin1").replace(/"lengths":\[\d+/, '"lengths":[9007199254740991')),
    ).toContain("bytes");
    const withHeader = (header: unknown): string => `${JSON.stringify(header)}\n`;
    const header = JSON.parse(line) as Record<string, unknown>;
    const others = [
      { ...header, format: 2 },
      { ...header, more: 1 },
      { ...header, lengths: [1, 2] },
      { ...header, stateRoot: "0x12" },
      { ...header, batch: -1 },
      null,
    ];
    for (const other of others) expect(await problemOf(withHeader(other))).toContain("first line");
    for (const text of ["", "\n", "{", "x".repeat(5_000), `${" ".repeat(2_000)}\n`]) {
      expect(await problemOf(text)).toContain("first line");
    }
  });

  test("of a file that is not there is an error of the caller", async () => {
    const path = join(await directory(), "missing");
    await expect(readSnapshot(path)).rejects.toMatchObject({ code: "invalid-params" });
    await expect(readSnapshotHeader(path)).rejects.toMatchObject({ code: "invalid-params" });
  });

  test("is there under its name only when it is whole", async () => {
    const path = join(await directory(), "missing", "a.snapshot");
    await expect(writeSnapshot(path, new State(), ABOUT)).rejects.toMatchObject({ code: "store-unavailable" });
    const whole = await written(new State());
    await truncate(whole, 10);
    expect(await readSnapshot(whole)).toHaveProperty("problem");
  });
});
