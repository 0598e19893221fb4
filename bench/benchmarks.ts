/** All benchmarks by name, in the order in which they run. Loaded one by one: what does not compile stops only its own. */
import type { Benchmark } from "./benchmark.ts";

interface Entry {
  about: string;
  /** Deterministic and cheap: its ratios are compared with the committed ones by `--gate`. */
  gated?: true;
  load(): Promise<Benchmark>;
}

export const BENCHMARKS: Readonly<Record<string, Entry>> = {
  "host.bytes": {
    about: "bytes on the host per eight-share record, everything included",
    gated: true,
    load: async () => (await import("./hostBytes.ts")).hostBytes,
  },
  "host.gas": {
    about: "host gas per eight-share record, against EAS and a contract written for it",
    gated: true,
    load: async () => (await import("./hostGas.ts")).hostGas,
  },
  execute: {
    about: "transition and state root on one core, records a second at 10^4, 10^6 and 10^7 contributions",
    load: async () => (await import("./execute.ts")).execute,
  },
  "hash.limit": {
    about: "nanoseconds a node of the state root against the native hasher's own rate",
    load: async () => (await import("./hashLimit.ts")).hashLimit,
  },
  attribute: {
    about: "the attribution engine on the State of the Union addresses, beside infini-gram's published figures",
    load: async () => (await import("./attribute.ts")).attribute,
  },
  memory: {
    about: "resident bytes per contribution and per account at 10^6 and 10^7",
    load: async () => (await import("./memory.ts")).memory,
  },
  verify: {
    about: "a verifier's work from host calldata to agreed roots, against ingest.bulk just before",
    load: async () => (await import("./verify.ts")).verify,
  },
  latency: {
    about: "from sending a transaction to its durable receipt, under a moderate load",
    load: async () => (await import("./latency.ts")).latency,
  },
  "ingest.single": {
    about: "transactions with one signature a record, through the sequencer's HTTP server",
    load: async () => (await import("./ingest.ts")).ingestSingle,
  },
  "ingest.bulk": {
    about: "records in transactions that fill a block, through the sequencer's HTTP server",
    load: async () => (await import("./ingest.ts")).ingestBulk,
  },
  recovery: {
    about: "from kill -9 to an answer of a sequencer with a large store",
    load: async () => (await import("./recovery.ts")).recovery,
  },
  sync: {
    about: "a verifier's process from nothing to the sequencer's root",
    load: async () => (await import("./verify.ts")).sync,
  },
  "sync.snapshot": {
    about: "a portable snapshot of 10^6 contributions read and its root computed again",
    load: async () => (await import("./snapshot.ts")).snapshot,
  },
  soak: {
    about: "minutes at 70 % load with kills -9 at random moments; nothing acknowledged may be missing",
    load: async () => (await import("./soak.ts")).soak,
  },
};

/** The names that `wanted` stands for: one, or all that begin with it and a dot. Throws RangeError for an unknown one. */
export function namesOf(wanted: string): string[] {
  const found = Object.keys(BENCHMARKS).filter((name) => name === wanted || name.startsWith(`${wanted}.`));
  if (found.length === 0) throw new RangeError(`there is no benchmark "${wanted}"; npm run bench -- --list names all`);
  return found;
}
