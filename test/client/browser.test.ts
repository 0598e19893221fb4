/** The client runs in a browser: nothing it can reach is of Node, native, or of another folder than protocol. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const ALLOWED_PACKAGES = /^(viem|@noble\/hashes|@noble\/curves)(\/|$)/;

test("every module that the client imports can be bundled for a browser", async () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = await readFile(fileURLToPath(url), "utf8");
    for (const [, target] of source.matchAll(/(?:from|import\()\s*"([^"]+)"/g)) {
      if (target!.startsWith(".")) await visit(new URL(target!, url));
      else packages.add(target!);
    }
  };
  await visit(new URL("client/client.ts", ROOT));

  const folders = new Set([...seen].map((href) => href.slice(ROOT.href.length).split("/")[0]));
  expect([...folders].sort()).toEqual(["client", "protocol"]);
  expect([...packages].filter((name) => !ALLOWED_PACKAGES.test(name))).toEqual([]);
});
