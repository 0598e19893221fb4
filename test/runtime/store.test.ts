import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openStore, repairStore } from "../../runtime/store/store.ts";
import { temporaryDirectories } from "../support/directories.ts";
import { grow, heads, Ledger } from "../support/ledger.ts";

const directory = temporaryDirectories();
const HEIGHT = 60;
let original: string;
let before: ReturnType<typeof heads>;
/** State roots from block 2 on. */
const roots: string[] = [];

/** A chain whose first part is in tables and whose last part is in LevelDB's log. */
beforeAll(async () => {
  original = await directory();
  for (const height of [HEIGHT / 2, HEIGHT - 10, HEIGHT]) {
    const ledger = await Ledger.open(original, { snapshotEvery: 25 });
    roots.push(...(await grow(ledger, height)));
    before = heads(ledger);
    await ledger.close();
  }
});

/** A copy of the store, hurt. */
async function hurt(how: (path: string, files: string[]) => Promise<void>): Promise<string> {
  const path = await directory();
  await cp(original, path, { recursive: true });
  await how(path, await readdir(path));
  return path;
}

const matching = (pattern: RegExp) => (path: string, files: string[]) =>
  files.filter((name) => pattern.test(name)).map((name) => join(path, name));
const tables = matching(/\.ldb$/);
const logs = matching(/\.log$/);
const manifests = matching(/^MANIFEST/);

async function halve(paths: string[]): Promise<void> {
  for (const path of paths) await truncate(path, Math.floor((await stat(path)).size / 2));
}

async function remove(paths: string[]): Promise<void> {
  for (const path of paths) await rm(path);
}

const damages: [string, Parameters<typeof hurt>[0]][] = [
  ["CURRENT is gone", (path) => rm(join(path, "CURRENT"))],
  ["CURRENT is empty", (path) => writeFile(join(path, "CURRENT"), "")],
  ["the manifest is gone", (path, files) => remove(manifests(path, files))],
  ["the manifest is cut", (path, files) => halve(manifests(path, files))],
  ["a table is gone", async (path, files) => remove(tables(path, files).slice(0, 1))],
  ["a table is cut", (path, files) => halve(tables(path, files).slice(0, 1))],
];

/** Height of a chain that was opened after damage: its state is one that the chain had. */
async function heightOf(path: string): Promise<number> {
  const ledger = await Ledger.open(path);
  const { height, state } = heads(ledger);
  await ledger.close();
  if (height > 1) expect(state).toBe(roots[height - 2]);
  return height;
}

describe("a store whose files are damaged", () => {
  test.each(damages)("is refused when %s, with the way out, and nothing is deleted", async (_, how) => {
    const path = await hurt(how);
    const files = await readdir(path);
    const way = expect.stringContaining(`tributary store repair ${path}`);
    await expect(Ledger.open(path)).rejects.toMatchObject({ code: "store-corrupt", message: way });
    const kept = new Set(await readdir(path));
    expect(files.filter((name) => /\.ldb$/.test(name) && !kept.has(name))).toEqual([]);
  });

  test.each(damages)("is repaired when %s, and the whole log is checked then", async (_, how) => {
    const path = await hurt(how);
    await repairStore(path);
    const opened = await Ledger.open(path).then(
      async (ledger) => {
        const found = heads(ledger);
        await ledger.close();
        return found;
      },
      (error: unknown) => error,
    );
    if (opened instanceof Error) expect(opened).toMatchObject({ code: "store-corrupt" });
    else expect(opened).toEqual(before);
  });

  test("loses no more than its end when LevelDB's log is cut or gone", async () => {
    const cut = await hurt((path, files) => halve(logs(path, files)));
    expect(await heightOf(cut)).toBeLessThan(HEIGHT);
    const gone = await hurt((path, files) => remove(logs(path, files)));
    expect(await heightOf(gone)).toBeLessThan(HEIGHT);
  });

  test("tells when a table's bytes were changed", async () => {
    const path = await hurt(async (at, files) => {
      for (const table of tables(at, files)) {
        const bytes = await readFile(table);
        for (let i = 100; i < bytes.length - 200; i++) bytes[i]! ^= 0xff;
        await writeFile(table, bytes);
      }
    });
    await expect(Ledger.open(path)).rejects.toMatchObject({ code: "store-corrupt" });
  });
});

describe("a store that is in use", () => {
  test("is refused to another process and for a repair, until it is free", async () => {
    const path = await hurt(async () => {});
    const module = JSON.stringify(new URL("../../runtime/store/store.ts", import.meta.url).href);
    const script = `const { openStore } = await import(${module}); await openStore(${JSON.stringify(path)}); console.log("open"); process.stdin.resume();`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await expect(openStore(path)).rejects.toMatchObject({ code: "store-locked" });
    await expect(repairStore(path)).rejects.toMatchObject({ code: "store-locked" });
    child.kill("SIGKILL");
    await once(child, "exit");
    const ledger = await Ledger.open(path);
    expect(heads(ledger)).toEqual(before);
    await ledger.close();
  });

  test("is refused to the same process as well", async () => {
    const path = await hurt(async () => {});
    const store = await openStore(path);
    await expect(openStore(path)).rejects.toMatchObject({ code: "store-locked" });
    await store.close();
  });
});

describe("a directory", () => {
  test("that cannot be used is an error of its own", async () => {
    const path = join(await directory(), "file");
    await writeFile(path, "no directory");
    await expect(openStore(path)).rejects.toMatchObject({ code: "store-unavailable" });
  });

  test("is made when there is none", async () => {
    const store = await openStore(join(await directory(), "a", "b"));
    await store.close();
  });
});
