/**
 * The evidence document: everything a stranger with the same corpus needs to compute an output's shares again and
 * compare byte by byte. Canonical form: UTF-8 JSON without spaces, keys in the order of the types below, every number
 * an integer, every hash as 0x and lower-case hex.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Hex } from "../protocol/bytes.ts";
import type { Share } from "./weights.ts";

export const EVIDENCE_SCHEMA = "tributary/evidence/1";

export interface EvidenceParameters {
  /** Only contributions with a lower index were searched (a model's `trainedAt`); null for all of the corpus. */
  readonly before: number | null;
  /** Contributions left out besides, strictly increasing. */
  readonly excluded: readonly number[];
  /** Bits that a span's information must exceed log2 of the corpus length by. */
  readonly marginBits: number;
}

export interface EvidenceSource {
  readonly contribution: number;
  /** Word of the document at which its first copy of the span starts. */
  readonly offset: number;
}

export interface EvidenceSpan {
  /** Words [outputStart, outputEnd) of the output. */
  readonly outputStart: number;
  readonly outputEnd: number;
  /** In 1/256 bit. */
  readonly information: number;
  /** How many eligible documents contain the span. */
  readonly documents: number;
  /** The oldest of them, at most 16. */
  readonly contributions: readonly EvidenceSource[];
}

export interface EvidenceDocument {
  readonly schema: typeof EVIDENCE_SCHEMA;
  readonly corpusRoot: Hex;
  readonly tokenizer: string;
  readonly engine: { readonly id: string; readonly version: number };
  readonly parameters: EvidenceParameters;
  /** SHA-256 of the output's UTF-8 bytes: the `output` of the attribution record. */
  readonly output: Hex;
  readonly spans: readonly EvidenceSpan[];
  readonly shares: readonly Share[];
}

const encoder = new TextEncoder();

/** The canonical bytes. Built key by key: the order must not depend on how the caller made the object. */
export function encodeEvidence(document: EvidenceDocument): Uint8Array {
  const { schema, corpusRoot, tokenizer, engine, parameters, output, spans, shares } = document;
  const { before, excluded, marginBits } = parameters;
  return encoder.encode(
    JSON.stringify({
      schema,
      corpusRoot,
      tokenizer,
      engine: { id: engine.id, version: engine.version },
      parameters: { before, excluded, marginBits },
      output,
      spans: spans.map(({ outputStart, outputEnd, information, documents, contributions }) => ({
        outputStart,
        outputEnd,
        information,
        documents,
        contributions: contributions.map(({ contribution, offset }) => ({ contribution, offset })),
      })),
      shares: shares.map(({ contribution, weight }) => ({ contribution, weight })),
    }),
  );
}

/** SHA-256 of the canonical bytes: the document's leaf under an evidence root. */
export function evidenceLeaf(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** SHA-256 of the output's UTF-8 bytes. */
export function outputHash(output: string): Uint8Array {
  return sha256(encoder.encode(output));
}
