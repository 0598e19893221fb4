/**
 * The outputs behind an AttributeCommitted: their root, which is posted, and the branch that ties one of them to it, which the
 * operator keeps. `hash_tree_root(List[Bytes32, 256])`, a leaf the SHA-256 of an output's bytes, at its record's position.
 */
import { concat, equalBytes } from "./bytes.ts";
import { MAX_RECORDS } from "./params.ts";
import { hashPair } from "./tree/hasher.ts";
import { merkleize, mixInLength } from "./tree/merkleize.ts";
import { ZERO_HASHES } from "./tree/zeroHashes.ts";

/** 2^8 outputs at most. */
export const OUTPUTS_DEPTH = 8;

/** That `output` stands at `position` of `count` outputs. */
export interface OutputProof {
  /** SHA-256 of the output's bytes. */
  output: Uint8Array;
  position: number;
  count: number;
  /** 8 nodes of 32 bytes, bottom up. */
  branch: readonly Uint8Array[];
}

/** What an AttributeCommitted says of its outputs. Throws RangeError unless there are 1 to 256 of 32 bytes. */
export function outputsRoot(outputs: readonly Uint8Array[]): Uint8Array {
  requireOutputs(outputs);
  return mixInLength(merkleize(concat(...outputs), OUTPUTS_DEPTH), outputs.length);
}

/**
 * The proof of one output, to be kept and shown with its record's receipt. Throws RangeError for a position past the last.
 *
 * @example
 * const proof = proveOutput(outputs, 3);
 * verifyOutput({ ...proof, outputsRoot: outputsRoot(outputs) }); // true
 */
export function proveOutput(outputs: readonly Uint8Array[], position: number): OutputProof {
  if (outputs[position] === undefined) throw new RangeError(`there is no output ${position} of ${outputs.length}`);
  return proofIn(levelsOf(outputs), position);
}

/** Of each output in turn, for little more than one of them costs. */
export function proveOutputs(outputs: readonly Uint8Array[]): OutputProof[] {
  const levels = levelsOf(outputs);
  return outputs.map((_, position) => proofIn(levels, position));
}

/** Whether `output` is the one at `position` under `outputsRoot`. Total: whatever numbers and bytes it is given. */
export function verifyOutput(proof: OutputProof & { outputsRoot: Uint8Array }): boolean {
  const { output, position, count, branch } = proof;
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_RECORDS)) return false;
  if (!(Number.isInteger(position) && position >= 0 && position < count)) return false;
  if (branch.length !== OUTPUTS_DEPTH || [output, ...branch].some((node) => node.length !== 32)) return false;
  let node = output;
  branch.forEach((sibling, level) => {
    node = (position >>> level) % 2 === 0 ? hashPair(node, sibling) : hashPair(sibling, node);
  });
  return equalBytes(mixInLength(node, count), proof.outputsRoot);
}

/** The nodes of each level below the root, outputs first; what is missing on the right is empty. */
function levelsOf(outputs: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  requireOutputs(outputs);
  const levels = [outputs];
  for (let level = 0; level < OUTPUTS_DEPTH - 1; level++) {
    const nodes = levels[level]!;
    const parents = nodes.flatMap((node, i) =>
      i % 2 === 0 ? [hashPair(node, nodes[i + 1] ?? ZERO_HASHES[level]!)] : [],
    );
    levels.push(parents);
  }
  return levels;
}

function proofIn(levels: readonly (readonly Uint8Array[])[], position: number): OutputProof {
  const outputs = levels[0]!;
  const branch = levels.map((nodes, level) => nodes[(position >>> level) ^ 1] ?? ZERO_HASHES[level]!);
  return { output: outputs[position]!, position, count: outputs.length, branch };
}

function requireOutputs(outputs: readonly Uint8Array[]): void {
  if (outputs.length < 1 || outputs.length > MAX_RECORDS) {
    throw new RangeError(`${outputs.length} outputs, not 1 to ${MAX_RECORDS}`);
  }
  if (outputs.some((output) => output.length !== 32)) throw new RangeError("an output's hash has not 32 bytes");
}
