/**
 * The import rule (docs/architecture.md): who may import whom. Exits 1 and names every import that breaks it.
 * Usage: npm run check:imports
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** What a folder may import of ours, itself apart. `contracts` stands for the generated ABI and the deploy script. */
const ALLOWED: Record<string, readonly string[] | "anything"> = {
  protocol: [],
  attribution: ["protocol"],
  client: ["protocol"],
  runtime: ["protocol", "contracts"],
  sequencer: ["protocol", "runtime"],
  prover: ["protocol", "runtime"],
  bridge: ["protocol", "runtime", "contracts"],
  contracts: ["protocol"],
  cli: "anything",
  test: "anything",
  bench: "anything",
  scripts: "anything",
};
/** The portable core: what it may import from outside. */
const PROTOCOL_PACKAGES = ["@noble/hashes", "@noble/curves"];
const NATIVE = "protocol/tree/nativeHasher.ts";

const root = join(import.meta.dirname, "..");
const problems: string[] = [];

function check(file: string, target: string): void {
  const folder = file.split("/")[0]!;
  if (target.startsWith(".")) {
    const targetFolder = relative(root, join(root, dirname(file), target)).split("/")[0]!;
    const allowed = ALLOWED[folder]!;
    if (allowed !== "anything" && targetFolder !== folder && !allowed.includes(targetFolder)) {
      problems.push(`${file}: ${folder} must not import ${targetFolder} (${target})`);
    }
    if (folder !== "protocol") return;
    if (join(dirname(file), target) === NATIVE)
      problems.push(`${file}: the portable core must not import the native hasher`);
  } else if (
    folder === "protocol" &&
    file !== NATIVE &&
    !PROTOCOL_PACKAGES.some((name) => target.startsWith(`${name}/`))
  ) {
    problems.push(`${file}: the portable core must not import ${target}`);
  } else if (folder === "client" && target.startsWith("node:")) {
    problems.push(`${file}: the client runs in the browser and must not import ${target}`);
  }
}

const files = Object.keys(ALLOWED).flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name))
    : [],
);
for (const file of files) {
  const source = readFileSync(join(root, file), "utf8");
  for (const [, target] of source.matchAll(/^(?:import|export)\b[^;]*?from\s+"([^"]+)"/gm)) check(file, target!);
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`imports: ${files.length} files follow the rule`);
