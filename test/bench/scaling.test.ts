/** The model of docs/scaling.md against what is measured, what the codec writes and what hosts allow. */
import { describe, expect, it } from "vitest";
import { readGate } from "../../bench/gate.ts";
import { informationBytes } from "../../bench/information.ts";
import {
  BASE,
  BASE_DESIGN,
  blobBytesPerSecond,
  blockBytes,
  doublingSeconds,
  ETHEREUM,
  estimatedBytes,
  floorGas,
  l1EtherPerByte,
  OP_MAINNET,
  PRICES,
  RATES,
  targetBytes,
} from "../../bench/scaling/inputs.ts";
import { nettedRecords, packingOf, SHAPES, SOTU, UNIFORM, waysOf } from "../../bench/scaling/ways.ts";
import { hostRates, planOf } from "../../bench/scaling.ts";
import { attribute, randomOf, uniformRecords } from "../../bench/world.ts";
import { encodeTransaction } from "../../protocol/transactions/registry.ts";

/** Of the larger, at most this much apart. */
function expectClose(model: number, measured: number, tolerance = 0.03): void {
  expect(Math.abs(model - measured) / Math.max(model, measured)).toBeLessThan(tolerance);
}

describe("against what is measured", () => {
  const gate = readGate();
  const cases = [
    { name: "uniform", shape: UNIFORM },
    { name: "sotu", shape: SOTU },
  ];

  it.each(cases)("$name: bytes and gas a record are those of the committed ratios", ({ name, shape }) => {
    const information = informationBytes(shape.contributions);
    const { bytes, gas } = packingOf(shape);
    expectClose(bytes, gate[`host.bytes.${name}`]!.ratio! * information);
    expectClose(gas, gate[`host.gas.${name}.eas`]!.ratio! * information * 40);
  });

  it("a record is as long as the codec writes it", () => {
    const source = uniformRecords(UNIFORM.contributions, randomOf(3));
    const records = Array.from({ length: 201 }, source);
    const length = (count: number): number => encodeTransaction(attribute(records.slice(0, count))).length;
    expectClose(UNIFORM.recordBytes, (length(201) - length(101)) / 100, 0.01);
  });
});

describe("against what hosts allow", () => {
  it("bytes of a block, and records a second when an estimated byte is a byte", () => {
    expect(blockBytes(OP_MAINNET)).toBe(100_000);
    expect(targetBytes(OP_MAINNET)).toBe(50_000);
    expect(blockBytes(BASE_DESIGN)).toBe(375_000);
    const record = { bytes: 75, estimated: 75, gas: 0 };
    expect(hostRates(OP_MAINNET, record).footprintOnly).toBeCloseTo(667, 0);
    expect(hostRates(BASE_DESIGN, record).footprintOnly).toBeCloseTo(2_500, 0);
  });

  it("Base's footprint of today is beyond the blobs that all rollups share", () => {
    const { footprintOnly, most } = hostRates(BASE, packingOf(UNIFORM));
    expect(footprintOnly).toBeGreaterThan(5 * most);
    expect(most * packingOf(UNIFORM).bytes).toBeCloseTo(blobBytesPerSecond(ETHEREUM.maxBlobs), 0);
  });

  it("a transaction of 120,000 bytes that do not shrink fits no block of OP Mainnet", () => {
    expect(estimatedBytes(120_000)).toBeGreaterThan(blockBytes(OP_MAINNET));
    expect(estimatedBytes(40_000)).toBeLessThan(blockBytes(OP_MAINNET) / 2);
    expect(estimatedBytes(10)).toBe(100);
  });

  it("full blocks double the base fee in minutes", () => {
    expect(doublingSeconds(OP_MAINNET)).toBeCloseTo(347, 0);
    expect(doublingSeconds(BASE)).toBeCloseTo(35, 0);
  });
});

describe("what is possible", () => {
  const possible = (shape: typeof UNIFORM) =>
    Object.fromEntries(
      waysOf(shape).map((way) => [way.name, RATES.map((rate) => planOf(way, rate).possible.split(" x")[0])]),
    );

  it("uniform over 10^6", () => {
    expect(possible(UNIFORM)).toEqual({
      "calldata, OP Mainnet": ["no: footprint", "no: footprint", "no: footprint"],
      "calldata, Base": ["yes", "no: blobs", "no: blobs"],
      "calldata, several hosts": ["yes", "no: blobs", "no: blobs"],
      "alt-DA, headers on Base": ["yes", "no: blobs", "no: blobs"],
      "alt-DA, one root, OP Mainnet": ["yes", "yes", "yes"],
      "netted credits, OP Mainnet": ["yes", "yes", "no: footprint"],
      "netted channels, OP Mainnet": ["yes", "yes", "yes"],
    });
  });

  it("no record is small enough for 10^5 a second as calldata of hosts that share the blobs", () => {
    for (const shape of SHAPES) {
      const calldata = waysOf(shape).filter(({ name }) => name.startsWith("calldata"));
      for (const way of calldata) expect(planOf(way, 1e5).possible).toMatch(/^no/);
    }
  });

  it("netted credits cost a host the same at every rate, until 32 bits of fee are too few", () => {
    const [, middle, high] = RATES.map((rate) => nettedRecords(UNIFORM, rate));
    expectClose(middle!.byShares, high!.byShares, 0.001);
    expect(middle!.byFees).toBeLessThan(middle!.byShares);
    expect(high!.byFees).toBeGreaterThan(10 * high!.byShares);
  });
});

describe("costs", () => {
  const [way] = waysOf(UNIFORM);

  it("are gas at the host's price and estimated bytes at Ethereum's", () => {
    const { gas, estimated, dollars } = planOf(way!, 1e3);
    const ether = (gas * OP_MAINNET.baseFee) / 1e18 + estimated * l1EtherPerByte(OP_MAINNET, PRICES);
    expect(dollars).toBeCloseTo(ether * PRICES.etherDollars, 12);
    expect(planOf(way!, 1e3, { ...PRICES, etherDollars: 2 * PRICES.etherDollars }).dollars).toBeCloseTo(
      2 * dollars,
      12,
    );
  });

  it("follow Fjord's formula and EIP-7623's floor", () => {
    const host = { ...OP_MAINNET, baseFeeScalar: 2_000, blobBaseFeeScalar: 1_000_000 };
    const fee = l1EtherPerByte(host, { ...PRICES, l1BaseFee: 1e9, blobBaseFee: 1e8 });
    // (16 x 2,000 x 1e9 + 1,000,000 x 1e8) x 1e6 / 1e12 wei for a size of 1e6, which is one byte
    expect(fee).toBeCloseTo(132e6 / 1e18, 15);
    expect(floorGas(100)).toBe(25_000);
  });
});
