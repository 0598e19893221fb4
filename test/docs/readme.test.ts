/** The README is code too: its program compiles and runs, its links lead somewhere, its commands exist. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { bytesToHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEPLOYER, developmentAccount, SEQUENCER } from "../../cli/devnet/accounts.ts";
import { type DevelopmentHost, startDevelopmentHost } from "../../cli/devnet/host.ts";
import { Lifecycle } from "../../runtime/lifecycle.ts";
import { createServer } from "../../runtime/rpc/server.ts";
import { startSequencer } from "../../sequencer/service.ts";
import { COMMANDS, commandOf } from "./commandHelp.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** Inside node_modules, so that packages resolve and no other tool looks at it. */
const folder = join(root, "node_modules", ".cache", `tributary-readme-${process.pid}`);
const file = join(folder, "readme.ts");

/** The marked blocks, in order, as one program; `./` is the repository's root. */
function program(): string {
  const blocks = [...readme.matchAll(/<!-- test -->\n```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(blocks.length).toBeGreaterThan(5);
  return blocks.join("\n").replaceAll('from "./', `from "${relative(folder, root)}/`);
}

function markdownFiles(): string[] {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) =>
    join("docs", name),
  );
  const own = readdirSync(root).filter((name) => name.endsWith(".md"));
  return [...own, ...pages.filter((name) => name.endsWith(".md"))];
}

/** The heading's anchor as the common renderers make it. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[`*]/g, "")
    .replace(/[^\p{L}\p{N}\- _]/gu, "")
    .replaceAll(" ", "-");

function anchorsOf(path: string): string[] {
  const prose = readFileSync(path, "utf8").replace(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading!));
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the README's program has no type errors", async () => {
  writeFileSync(file, program());
  const config = {
    extends: relative(folder, join(root, "tsconfig.json")),
    include: [],
    files: ["readme.ts"],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const check = run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  await expect(
    check.then(
      () => "",
      ({ stdout }: { stdout: string }) => stdout,
    ),
  ).resolves.toBe("");
});

test("the README's program runs", async () => {
  const lifecycle = new Lifecycle();
  const dataDir = mkdtempSync(join(tmpdir(), "tributary-readme-"));
  lifecycle.onStop("folder", () => rmSync(dataDir, { recursive: true, force: true }));
  try {
    const host: DevelopmentHost = await startDevelopmentHost({ blockTimeSeconds: 1, challengeWindowSeconds: 2 });
    lifecycle.onStop("host", () => host.anvil.stop());
    const logger = pino({ level: "silent" });
    const sequencer = await startSequencer(
      {
        dataDir,
        hostRpcUrl: host.rpcUrl,
        rollup: host.deployment.rollup,
        poster: developmentAccount(SEQUENCER),
        hostPollMs: 100,
        batchMaxAgeSeconds: 1,
        confirmations: 1,
        logger,
      },
      lifecycle,
    );
    const server = createServer({ node: sequencer, logger });
    lifecycle.onStop("rpc", () => server.close());
    const url = await server.listen({ host: "127.0.0.1", port: 0 });

    const code = program().replaceAll("http://127.0.0.1:7070", url).replaceAll("http://127.0.0.1:8545", host.rpcUrl);
    writeFileSync(file, code);
    const key = bytesToHex(developmentAccount(DEPLOYER).getHdKey().privateKey!);
    const env = { ...process.env, TRIBUTARY_KEY: key };
    const { stdout } = await run(process.execPath, ["--import", "tsx", file], { cwd: root, env, timeout: 100_000 });

    expect(readme).toContain(key);
    expect(readme).toContain(host.deployment.rollup.toLowerCase());
    expect(stdout).toContain("Ok [ 'Ok' ]\n");
    expect(stdout).toContain("not checked against the host\n");
    expect(stdout).toContain("paid in host block");
  } finally {
    await lifecycle.stop();
  }
}, 180_000);

test("every relative link in every page leads to a file, and to a heading of it", () => {
  const broken: string[] = [];
  for (const page of markdownFiles()) {
    const prose = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [path, anchor] = target!.split("#") as [string, string | undefined];
      const linked = path === "" ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(linked)) broken.push(`${page}: ${target}`);
      else if (anchor !== undefined && !anchorsOf(linked).includes(anchor)) broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every page that is named by its path exists, and so does its section", () => {
  const missing: string[] = [];
  for (const page of markdownFiles()) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, path, anchor] of text.matchAll(/`((?:\.\.\/|spec\/|docs\/)?[\w/-]+\.md)(?:#([\w-]+))?`/g)) {
      const places = [join(root, dirname(page), path!), join(root, "docs", path!), join(root, path!)];
      const found = places.find((each) => existsSync(each));
      if (found === undefined || (anchor !== undefined && !anchorsOf(found).includes(anchor)))
        missing.push(`${page}: ${path}#${anchor}`);
    }
  }
  expect(missing).toEqual([]);
});

test("every page that the code refers to exists, and so does its section", () => {
  const missing: string[] = [];
  for (const folder of [
    "protocol",
    "attribution",
    "client",
    "runtime",
    "sequencer",
    "prover",
    "bridge",
    "cli",
    "contracts/src",
  ]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(ts|mjs|sol)$/.test(name)) continue;
      const source = readFileSync(join(root, folder, name), "utf8");
      for (const [, path, anchor] of source.matchAll(/(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g)) {
        if (
          !existsSync(join(root, path!)) ||
          (anchor !== undefined && !anchorsOf(join(root, path!)).includes(anchor))
        ) {
          missing.push(`${folder}/${name}: ${path}#${anchor}`);
        }
      }
    }
  }
  expect(missing).toEqual([]);
});

test("every command and option in the pages exists", () => {
  const missing: string[] = [];
  const seen = new Set<string>();
  for (const page of markdownFiles()) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, line] of text.matchAll(/(?:npx |`|= )tributary ((?:[a-z]+ ?)+[^\n`|]*)/g)) {
      const words = line!.split(" ");
      const nested = (commandOf(words.slice(0, 1))?.commands.length ?? 0) > 0 && /^[a-z]+$/.test(words[1] ?? "");
      const name = words.slice(0, nested ? 2 : 1);
      const command = commandOf(name);
      seen.add(name.join(" "));
      if (command === undefined) missing.push(`${page}: tributary ${name.join(" ")}`);
      const known = ["--help", ...(command?.options ?? []).map(({ long }) => long)];
      for (const [option] of line!.matchAll(/--[a-z-]+/g)) {
        if (!known.includes(option)) missing.push(`${page}: tributary ${name.join(" ")} ${option}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect([...seen]).toEqual(expect.arrayContaining(["devnet", "sequencer", "verifier", "trace", "receipt verify"]));
});

test("the command lists all of them", async () => {
  const { stdout } = await run(process.execPath, [join(root, "cli/tributary.mjs"), "--help"]);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command.name()}\\b`, "m"));
});

test("every npm script in the pages exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const page of markdownFiles()) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts), page).toContain(name);
  }
});

test("architecture gives a reason for every dependency, and for nothing else", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const tables = page.slice(page.indexOf("## Dependencies"));
  const listed = [...tables.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(listed.sort()).toEqual([...Object.keys(dependencies!), ...Object.keys(devDependencies!)].sort());
});
