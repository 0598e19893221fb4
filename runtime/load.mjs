/**
 * Loads TypeScript as it stands: bundled by esbuild once after each change, and from a cache from then on. A process with a
 * thousand modules, each through a loader, takes seconds to start, and a sequencer that was killed must be back in few
 * (docs/decisions/0013). Plain JavaScript, because nothing could load it.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const THIS_FILE = "runtime/load.mjs";
const CACHE = join(ROOT, "node_modules", ".cache", "tributary");
/** What a bundle may be made of. */
const FOLDERS = [
  "attribution",
  "bridge",
  "cli",
  "client",
  "contracts/abi",
  "contracts/script",
  "protocol",
  "prover",
  "runtime",
  "sequencer",
];
/** Where a process or a thread begins. */
const ENTRIES = {
  main: "cli/main.ts",
  recoverWorker: "runtime/signatures/recoverWorker.ts",
  fetchWorker: "runtime/host/fetchWorker.ts",
};
/** Where the threads of a process find its bundle. */
const BUNDLE = "tributary-bundle";
/** Written in hundreds of ES modules. Others stay where they are: they are CommonJS, or native, or start workers of their own. */
const BUNDLED = ["viem", "zod", "hash-wasm", "@noble"];
/** A process may load a part of its bundle late: one that was made this long ago is not needed any more. */
const MAX_AGE_MS = 7 * 24 * 3_600_000;

/** Runs one of the entries. */
export async function load(name) {
  const folder = getEnvironmentData(BUNDLE) ?? (await bundle());
  if (folder !== undefined) {
    setEnvironmentData(BUNDLE, folder);
    process.setSourceMapsEnabled(true);
    return import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  }
  const { register } = await import("tsx/esm/api");
  register();
  return import(pathToFileURL(join(ROOT, ENTRIES[name])).href);
}

/** The folder of the bundle, made if there is none; undefined where none can be written. */
async function bundle() {
  const id = createHash("sha256").update(ROOT); // checkouts may share their packages
  for (const [file, source] of await readSources()) id.update(`\0${file}\0`).update(source);
  const folder = join(CACHE, id.digest("hex").slice(0, 32));
  return existsSync(folder) || (await build(folder)) ? folder : undefined;
}

/** All that decides what a bundle is, by name. */
async function readSources() {
  const listings = FOLDERS.map(async (folder) => {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
  });
  const names = (await Promise.all(listings)).flat().sort();
  const files = ["package-lock.json", THIS_FILE, ...names];
  return Promise.all(files.map(async (name) => [name, await readFile(join(ROOT, name))]));
}

/** Whole or not at all, whoever else builds it now. False where nothing can be written. */
async function build(folder) {
  const draft = `${folder}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
  } catch {
    return false;
  }
  try {
    const esbuild = await import("esbuild");
    await esbuild.build({
      absWorkingDir: ROOT,
      entryPoints: ENTRIES,
      outdir: draft,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "linked",
      sourcesContent: false,
      logLevel: "warning",
      plugins: [packages, whereabouts],
    });
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error; // somebody else was first
    });
    await prune();
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function prune() {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() })); // somebody else removed it
    if (Date.now() - mtimeMs > MAX_AGE_MS) await rm(path, { recursive: true, force: true });
  }
}

/** What our own sources import from outside. What a bundled package imports is bundled with it. */
const packages = {
  name: "packages",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const isBundled = BUNDLED.some((name) => path === name || path.startsWith(`${name}/`));
      return isBundled || importer === "" || importer.includes("node_modules") ? undefined : { path, external: true };
    });
  },
};

/** A source that asks where it is gets the place where it is written. */
const whereabouts = {
  name: "whereabouts",
  setup(esbuild) {
    esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!FOLDERS.some((folder) => path.startsWith(join(ROOT, folder, "/")))) {
        return { errors: [{ text: `${path} is in none of the folders that a bundle is made of (${THIS_FILE})` }] };
      }
      const source = await readFile(path, "utf8");
      const contents = source
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: "ts" };
    });
  },
};
