/**
 * What the model of docs/scaling.md takes as given: this machine, hosts, Ethereum, example prices, who nets with whom, and the
 * formulas of hosts.
 */

/** Measured with eight shares at 10^6 contributions; the loads through a server run on a small corpus and do not count here. */
export const MACHINE = {
  /** `execute`, records a second of one core: what one instance can ever do, since a state has one order. */
  execute: 33_000,
  /** Native signature recoveries a second of one core. */
  recover: 1e6 / 70,
  cores: 2,
};

export interface Host {
  name: string;
  gasLimit: number;
  /** EIP-1559: the target is the limit divided by it; above the target the base fee rises with every block. */
  elasticity: number;
  /** EIP-1559: a block at twice the target raises the base fee by one in so many. */
  denominator: number;
  /** Jovian: gas that one estimated byte counts for, against the gas limit. */
  daScalar: number;
  blockSeconds: number;
  /** Wei; an example price. */
  baseFee: number;
  /** Fjord's coefficients; the chain's operator sets them. */
  baseFeeScalar: number;
  blobBaseFeeScalar: number;
}

export const OP_MAINNET: Host = {
  name: "OP Mainnet",
  gasLimit: 40_000_000,
  elasticity: 2,
  denominator: 250,
  daScalar: 400,
  blockSeconds: 2,
  baseFee: 1e6,
  baseFeeScalar: 5_227, // assumed
  blobBaseFeeScalar: 1_014_213, // assumed
};
/** As set in March 2026 (base/contract-deployments #651, #188); its minimum base fee is 5,000,000 wei. */
export const BASE: Host = {
  name: "Base",
  gasLimit: 400_000_000,
  elasticity: 5,
  denominator: 100,
  daScalar: 148,
  blockSeconds: 2,
  baseFee: 5e6,
  baseFeeScalar: 2_269,
  blobBaseFeeScalar: 1_055_762,
};
/** Base as the footprint's design document of August 2025 had it: the more careful figure to plan with. */
export const BASE_DESIGN: Host = {
  ...BASE,
  name: "Base, design of 2025",
  gasLimit: 150_000_000,
  elasticity: 3,
  daScalar: 400,
};

/** Blobs since BPO2, January 2026. A blob holds 130,044 bytes of a batcher's data. */
export const ETHEREUM = { targetBlobs: 14, maxBlobs: 21, blobBytes: 130_044, blockSeconds: 12 };

/** Examples, no quotes: round numbers assumed for the end of 2026. Every cost is a function of them. */
export const PRICES = {
  etherDollars: 3_000,
  /** Wei. */
  l1BaseFee: 1e9,
  /** Wei; EIP-7918 lets it fall to a sixteenth of the base fee, not below. */
  blobBaseFee: 1e9 / 16,
  /** Of a byte that several providers keep for a month. */
  storageDollars: 0.1e-9,
};
export type Prices = typeof PRICES;

export const blockBytes = ({ gasLimit, daScalar }: Host): number => gasLimit / daScalar;
export const targetBytes = (host: Host): number => blockBytes(host) / host.elasticity;
/** Seconds in which full blocks double the base fee. */
export const doublingSeconds = ({ elasticity, denominator, blockSeconds }: Host): number =>
  (blockSeconds * Math.LN2) / Math.log1p((elasticity - 1) / denominator);
export const blobBytesPerSecond = (blobs: number): number => (blobs * ETHEREUM.blobBytes) / ETHEREUM.blockSeconds;

/**
 * FastLZ writes what it cannot shorten in runs of 32 bytes with one before each. Our batches were 0.99 (uniform) and 0.80 (State
 * of the Union) of their length; the model keeps to the worst.
 */
const FASTLZ_EXPANSION = 33 / 32;

/** What Fjord takes a signed transaction to be in a compressed batch: our bytes are hashes and signatures, which do not shrink. */
export const estimatedBytes = (bytes: number): number => Math.max(100, -42.5856 + 0.8365 * FASTLZ_EXPANSION * bytes);

/** EIP-7623's floor, all bytes taken as not zero; what a post executes stays below it (docs/decisions/0007). */
export const floorGas = (bytes: number): number => 21_000 + 40 * bytes;

/** Ether that one estimated byte costs: Fjord's L1 data fee, of which the margin is the chain operator's. */
export const l1EtherPerByte = (host: Host, { l1BaseFee, blobBaseFee }: Prices): number =>
  (16 * host.baseFeeScalar * l1BaseFee + host.blobBaseFeeScalar * blobBaseFee) / 1e6 / 1e18;

/** Whom netting is between. */
export const NETTING = { operators: 100, datanetsOfOperator: 10, creditSeconds: 86_400, channelSeconds: 3_600 };

/** Attributions a second. */
export const RATES = [1e3, 1e5, 1e7];
