/** The loader of TypeScript, in a package of its own with the same loader. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryDirectories } from "../support/directories.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDERS = ["attribution", "bridge", "cli", "client", "contracts/abi", "contracts/script", "protocol", "prover"];
const directory = temporaryDirectories();
const node = promisify(execFile);

/** A package whose program prints what `protocol/greeting.ts` says. */
async function smallPackage() {
  const root = await directory();
  for (const folder of [...FOLDERS, "runtime/signatures", "runtime/host", "sequencer", "node_modules"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const name of ["esbuild", "tsx"])
    await symlink(join(ROOT, "node_modules", name), join(root, "node_modules", name));
  await copyFile(join(ROOT, "runtime/load.mjs"), join(root, "runtime/load.mjs"));
  const write = (path: string, source: string): Promise<void> => writeFile(join(root, path), source);
  await write("package.json", `{ "type": "module" }`);
  await write("package-lock.json", "{}");
  for (const worker of ["signatures/recoverWorker", "host/fetchWorker"]) {
    await write(`runtime/${worker}.ts`, "export {};");
  }
  await write("cli/start.mjs", `import { load } from "../runtime/load.mjs"; await load("main");`);
  await write(
    "cli/main.ts",
    `import { greeting } from "../protocol/greeting.ts"; console.log(greeting satisfies string);`,
  );
  await write("protocol/greeting.ts", `export const greeting: string = "one";`);
  const start = async (): Promise<string> => {
    return (await node(process.execPath, [join(root, "cli/start.mjs")])).stdout.trim();
  };
  return { root, write, start };
}

test("a source that has changed is what runs", async () => {
  const { write, start } = await smallPackage();
  expect(await start()).toBe("one");
  await write("protocol/greeting.ts", `export const greeting: string = "two";`);
  expect(await start()).toBe("two");
  await write("protocol/greeting.ts", `export const greeting: string = "one";`);
  expect(await start()).toBe("one");
});

test("what was bundled is not bundled again", async () => {
  const { root, start } = await smallPackage();
  await start();
  for (const name of ["esbuild", "tsx"]) await rm(join(root, "node_modules", name));
  expect(await start()).toBe("one");
});

test("a thread runs what its process began with", async () => {
  const { root, write, start } = await smallPackage();
  await copyFile(join(ROOT, "runtime/worker.mjs"), join(root, "runtime/worker.mjs"));
  const greets = `import { greeting } from "../../protocol/greeting.ts"; console.log(greeting satisfies string);`;
  await write("runtime/signatures/recoverWorker.ts", greets);
  const changed = JSON.stringify(join(root, "protocol/greeting.ts"));
  await write(
    "cli/main.ts",
    `import { writeFileSync } from "node:fs";
     import { Worker } from "node:worker_threads";
     writeFileSync(${changed}, 'export const greeting: string = "two";');
     new Worker(new URL("../runtime/worker.mjs", import.meta.url), { workerData: "recoverWorker" });`,
  );
  expect(await start()).toBe("one");
});

test("many processes that start at once, the first time", async () => {
  const { start } = await smallPackage();
  expect(await Promise.all(Array.from({ length: 4 }, start))).toEqual(["one", "one", "one", "one"]);
});

test("without a place for the cache it works as well", async () => {
  const { write, start } = await smallPackage();
  await write("node_modules/.cache", "not a folder");
  expect(await start()).toBe("one");
});

test("a source knows where it is written, and an error names its line", async () => {
  const { root, write, start } = await smallPackage();
  await write("protocol/greeting.ts", "export const greeting = [import.meta.dirname, import.meta.url].join(`\n`);");
  expect(await start()).toBe(`${join(root, "protocol")}\nfile://${join(root, "protocol/greeting.ts")}`);
  await write("protocol/greeting.ts", `export const greeting = "";\n\nthrow new Error("the third line");`);
  await expect(start()).rejects.toThrow(/protocol\/greeting\.ts:3/);
});

test("a source that could change unseen is refused", async () => {
  const { root, write, start } = await smallPackage();
  await mkdir(join(root, "elsewhere"));
  await write("elsewhere/secret.ts", `export const greeting = "three";`);
  await write("protocol/greeting.ts", `export { greeting } from "../elsewhere/secret.ts";`);
  await expect(start()).rejects.toThrow(/secret\.ts is in none of the folders/);
});
