/**
 * Past this machine, on paper: what a rate of attributions takes on hosts, on Ethereum's blobs and in machines, and what one
 * costs. What is given is in scaling/inputs.ts, what a record puts on a host in scaling/ways.ts.
 * `npx tsx bench/scaling.ts` prints the tables of docs/scaling.md.
 */

import { formatNumber } from "./report.ts";
import {
  BASE,
  BASE_DESIGN,
  blobBytesPerSecond,
  ETHEREUM,
  type Host,
  l1EtherPerByte,
  MACHINE,
  OP_MAINNET,
  PRICES,
  type Prices,
  RATES,
  targetBytes,
} from "./scaling/inputs.ts";
import { type Load, type Packing, packingOf, SHAPES, type Way, waysOf } from "./scaling/ways.ts";

export interface Plan extends Load {
  rate: number;
  bytesPerSecond: number;
  hosts: number;
  /** Blobs that it fills in each L1 block. */
  blobs: number;
  /** `yes`: for ever. `briefly`: above a target, while base fees rise. Else what it passes first, and how many times. */
  possible: string;
  instances: number;
  /** Machines of one verifier that watches all instances. */
  verifiers: number;
  signatureCores: number;
  dollars: number;
}

export function planOf(way: Way, rate: number, prices: Prices = PRICES): Plan {
  const load = way.load(rate);
  const { host } = way;
  const bytesPerSecond = load.bytes * rate;
  const footprint = (load.estimated * rate * host.blockSeconds) / targetBytes(host);
  const gas = (load.gas * rate * host.blockSeconds * host.elasticity) / host.gasLimit;
  // Whoever is on several hosts has an instance on each.
  const count = way.several ? Math.ceil(Math.max(footprint, gas)) : 1;
  const blobs = bytesPerSecond / blobBytesPerSecond(1);
  // Shares of what can be had for ever, with how far beyond it the hard limit is.
  const shares = [
    { of: "footprint", share: way.several ? 0 : footprint, limit: host.elasticity },
    { of: "gas", share: way.several ? 0 : gas, limit: host.elasticity },
    { of: "blobs", share: blobs / ETHEREUM.targetBlobs, limit: ETHEREUM.maxBlobs / ETHEREUM.targetBlobs },
  ];
  const worst = shares.reduce((a, b) => (b.share / b.limit > a.share / a.limit ? b : a));
  const isSustained = shares.every(({ share }) => share <= 1);
  const isOver = worst.share > worst.limit;
  const ether = (load.gas * host.baseFee) / 1e18 + load.estimated * l1EtherPerByte(host, prices);
  return {
    ...load,
    rate,
    bytesPerSecond,
    hosts: count,
    blobs,
    possible: isSustained ? "yes" : isOver ? `no: ${worst.of} x ${formatNumber(worst.share / worst.limit)}` : "briefly",
    instances: Math.max(count, Math.ceil((rate * load.executed) / MACHINE.execute)),
    verifiers: Math.ceil((rate * load.executed) / (MACHINE.execute * MACHINE.cores)),
    signatureCores: (rate * load.signatures) / MACHINE.recover,
    dollars: ether * prices.etherDollars + load.offChain * prices.storageDollars,
  };
}

/** Records a second that one host carries: for ever, and with its blocks full while its base fee rises. */
export function hostRates(host: Host, { bytes, estimated, gas }: Omit<Packing, "records">) {
  const byBytes = targetBytes(host) / host.blockSeconds / estimated;
  const byGas = host.gasLimit / host.elasticity / host.blockSeconds / gas;
  const sustained = Math.min(byBytes, byGas);
  return {
    sustained: Math.min(sustained, blobBytesPerSecond(ETHEREUM.targetBlobs) / bytes),
    most: Math.min(sustained * host.elasticity, blobBytesPerSecond(ETHEREUM.maxBlobs) / bytes),
    /** As if the blobs had no end. */
    footprintOnly: byBytes * host.elasticity,
  };
}

function printed(headings: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === "number" ? formatNumber(cell) : cell)).join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line), ""].join("\n");
}

const small = (value: number): string => (value === 0 || value >= 0.01 ? formatNumber(value) : value.toExponential(1));

function main(): void {
  const hosts = [OP_MAINNET, BASE_DESIGN, BASE];
  console.log(
    printed(
      [
        "record",
        "records a block",
        "bytes",
        "gas",
        "estimated bytes",
        ...hosts.map(({ name }) => `${name}: records/s`),
      ],
      SHAPES.map((shape) => {
        const packing = packingOf(shape);
        const rates = hosts.map((host) => {
          const { sustained, most } = hostRates(host, packing);
          return `${formatNumber(Math.round(sustained))} / ${formatNumber(Math.round(most))}`;
        });
        const { records, bytes, gas, estimated } = packing;
        return [shape.name, records, bytes.toFixed(1), Math.round(gas), estimated.toFixed(1), ...rates];
      }),
    ),
  );
  for (const shape of [SHAPES[0]!, SHAPES.at(-1)!]) {
    const rows = waysOf(shape).flatMap((way) =>
      RATES.map((rate) => {
        const plan = planOf(way, rate);
        const { possible, hosts, instances, verifiers } = plan;
        const figures = [plan.bytesPerSecond, plan.offChain * rate, plan.blobs, plan.gas, plan.dollars * 1e6].map(
          small,
        );
        const machines = `${instances} / ${verifiers} / ${small(plan.signatureCores)}`;
        return [way.name, rate.toExponential().replace("e+", "e"), possible, hosts, ...figures, machines, way.trust];
      }),
    );
    const machines = "instances / verifiers / signature cores";
    const figures = ["bytes/s on the host", "bytes/s elsewhere", "blobs an L1 block", "gas", "USD a million"];
    console.log(`${shape.name}\n`);
    console.log(printed(["way", "rate", "host can", "hosts", ...figures, machines, "trust"], rows));
  }
}

if (process.argv[1] === import.meta.filename) main();
