/** Posting pays for its bytes and nothing else: what the contract does stays below the floor price of calldata. */
import { beforeAll, describe, expect, it } from "vitest";
import { postBatchGas } from "../../runtime/host/postBatch.ts";
import { type Measurement, measureAll } from "./gas.ts";

describe("gas of postBatch", () => {
  let measured: Map<string, Measurement>;

  beforeAll(async () => {
    measured = new Map((await measureAll()).map((measurement) => [measurement.name, measurement]));
  }, 60_000);

  it.each([
    ["first batch, 5 blocks of 8,000 bytes", 165_000],
    ["5 blocks of 8,000 bytes", 145_000],
    ["8 blocks of 5,000 bytes", 150_000],
    ["8 blocks of 5,000 bytes, 2 messages each", 210_000],
    ["13 blocks of 8,148 bytes", 180_000],
    ["256 blocks of 100 bytes", 470_000],
  ])("%s: below %i and below the floor", (name, limit) => {
    const { execution, slack } = measured.get(name) as Measurement;
    expect(execution).toBeLessThan(limit);
    expect(execution).toBeLessThan(slack);
  });

  it("is never more than what a batch is given that cannot be tried first", () => {
    for (const { total, bytes, blocks } of measured.values()) {
      expect(postBatchGas(bytes, blocks)).toBeGreaterThanOrEqual(BigInt(total));
    }
  });

  it("256 empty blocks, the worst per byte, stay below 2,000 a block", () => {
    expect(measured.get("256 empty blocks")?.execution).toBeLessThan(512_000);
  });
});
