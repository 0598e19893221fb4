import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTestHost } from "../support/anvil.ts";

test("the chain survives a restart in its state file, and a stop ends the process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tributary-anvil-"));
  try {
    const statePath = join(folder, "host.json");
    const first = await startTestHost({ statePath, chainId: 901 });
    await first.client.mine({ blocks: 3 });
    await first.stop();
    await expect(first.client.getChainId()).rejects.toThrow();

    const second = await startTestHost({ statePath, chainId: 901 });
    expect(await second.client.getBlockNumber()).toBe(3n);
    expect(await second.client.getChainId()).toBe(901);
    await second.stop();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a port that is taken is an error, not a second process behind it", async () => {
  const first = await startTestHost();
  await expect(startTestHost({ port: first.port })).rejects.toMatchObject({ code: "not-available" });
  await first.stop();
});
