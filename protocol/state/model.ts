/** Models: who gets what when a model's outputs are attributed. `{artifactRoot, 3 x Vector[uint64, 4]}`. */
import { MAX_MODEL_DATANETS } from "../params.ts";
import type { Table } from "../tree/table.ts";

const ARTIFACT_ROOT = 0;
export const OWNER_REF = 4;
export const PARENT_REF = 5;
export const TERMS = 6;
/** A contribution index: what has a lower one is older than the training (rule 22). */
export const TRAINED_AT = 7;
/** First of four datanet references. */
export const DATANET_REFS = 8;
export const BOND = 12;
export const EARNED = 13;
export const LIFETIME = 14;

/** How a model descends from its parent; 0 for none. */
export const RELATIONS = ["none", "finetune", "adapter", "merge", "quantization", "distillation", "rag-index"] as const;
export type Relation = (typeof RELATIONS)[number];

export interface ModelTerms {
  /** Part of a fee, after the protocol's, that goes to the model. */
  ownerBps: number;
  /** What a child registered now will pass up of its earnings. */
  royaltyBps: number;
  /** What this model passes up: its parent's `royaltyBps` when it was registered. */
  parentBps: number;
  relation: number;
  /** Reads contributions at inference time (retrieval), so their age does not matter. */
  live: boolean;
  /** Final: takes no more attributions. */
  retired: boolean;
}

export interface Model extends ModelTerms {
  artifactRoot: Uint8Array;
  owner: number;
  parent: number | undefined;
  trainedAt: number;
  datanets: number[];
  bond: bigint;
  earned: bigint;
  lifetime: bigint;
}

/** `live | retired << 1 | relation << 4 | ownerBps << 8 | royaltyBps << 22 | parentBps << 36`, 14 bits for each share. */
export function packModelTerms(terms: ModelTerms): number {
  const flags = (terms.live ? 1 : 0) + (terms.retired ? 2 : 0) + terms.relation * 2 ** 4;
  return flags + terms.ownerBps * 2 ** 8 + terms.royaltyBps * 2 ** 22 + terms.parentBps * 2 ** 36;
}

export function unpackModelTerms(word: number): ModelTerms {
  return {
    live: word % 2 === 1,
    retired: Math.floor(word / 2) % 2 === 1,
    relation: Math.floor(word / 2 ** 4) % 2 ** 4,
    ownerBps: Math.floor(word / 2 ** 8) % 2 ** 14,
    royaltyBps: Math.floor(word / 2 ** 22) % 2 ** 14,
    parentBps: Math.floor(word / 2 ** 36) % 2 ** 14,
  };
}

export function artifactRootOf(models: Table, index: number): Uint8Array {
  return models.chunk(index, ARTIFACT_ROOT);
}

export function setArtifactRoot(models: Table, index: number, root: Uint8Array): void {
  models.setChunk(index, ARTIFACT_ROOT, root);
}

export function modelTermsOf(models: Table, index: number): ModelTerms {
  return unpackModelTerms(models.number(index, TERMS));
}

export function modelOwner(models: Table, index: number): number {
  return models.number(index, OWNER_REF) - 1;
}

/** Indices of the datanets it draws on, at most four. */
export function datanetsOf(models: Table, index: number): number[] {
  const datanets: number[] = [];
  for (let i = 0; i < MAX_MODEL_DATANETS; i++) {
    const ref = models.number(index, DATANET_REFS + i);
    if (ref !== 0) datanets.push(ref - 1);
  }
  return datanets;
}

export function readModel(models: Table, index: number): Model | undefined {
  if (!models.has(index)) return undefined;
  const parentRef = models.number(index, PARENT_REF);
  return {
    artifactRoot: artifactRootOf(models, index),
    owner: modelOwner(models, index),
    parent: parentRef === 0 ? undefined : parentRef - 1,
    ...modelTermsOf(models, index),
    trainedAt: models.number(index, TRAINED_AT),
    datanets: datanetsOf(models, index),
    bond: models.u64(index, BOND),
    earned: models.u64(index, EARNED),
    lifetime: models.u64(index, LIFETIME),
  };
}
