/** The root over outputs and its branches, against SSZ's. */
import { createProof, ProofType, type SingleProof } from "@chainsafe/persistent-merkle-tree";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OutputProof, outputsRoot, proveOutput, proveOutputs, verifyOutput } from "../../protocol/outputs.ts";
import { MAX_RECORDS } from "../../protocol/params.ts";
import { portableHasher, useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { root } from "../support/world.ts";
import { Outputs } from "./sszOracle.ts";

beforeEach(() => useHasher(nativeHasher));
afterEach(() => useHasher(portableHasher));

const many = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => root(`output ${i}`));
const counts = fc.oneof(fc.integer({ min: 1, max: MAX_RECORDS }), fc.constantFrom(1, 2, 3, 127, 128, 129, 255, 256));

/** The oracle's branch, without the length above it. */
function oracleBranch(outputs: Uint8Array[], position: number): Uint8Array[] {
  const { gindex } = Outputs.getPathInfo([position]);
  const proof = createProof(Outputs.toView(outputs).node, { type: ProofType.single, gindex }) as SingleProof;
  return proof.witnesses.slice(0, -1);
}

test("root and branches are SSZ's", () => {
  fc.assert(
    fc.property(counts, fc.nat(), (count, pick) => {
      const outputs = many(count);
      const position = pick % count;
      expect(outputsRoot(outputs)).toEqual(Outputs.hashTreeRoot(outputs));
      const proof = proveOutput(outputs, position);
      expect(proof).toEqual({ output: outputs[position], position, count, branch: oracleBranch(outputs, position) });
      expect(proveOutputs(outputs)[position]).toEqual(proof);
    }),
    { numRuns: 60 },
  );
});

test("every output of the most there may be is proven, with the portable hasher too", () => {
  const outputs = many(MAX_RECORDS);
  const proofs = proveOutputs(outputs);
  useHasher(portableHasher);
  const commitment = { outputsRoot: outputsRoot(outputs) };
  expect(proofs.every((proof) => verifyOutput({ ...proof, ...commitment }))).toBe(true);
});

test.each([0, 257])("there is no root over %i outputs", (count) => {
  expect(() => outputsRoot(many(count))).toThrow(RangeError);
  expect(() => proveOutputs(many(count))).toThrow(RangeError);
});

test("a hash of another length, and a position past the last, are refused", () => {
  expect(() => outputsRoot([new Uint8Array(31)])).toThrow(RangeError);
  for (const position of [-1, 3, 0.5]) expect(() => proveOutput(many(3), position)).toThrow(RangeError);
});

describe("a proof is refused", () => {
  const outputs = many(5);
  const proof = proveOutput(outputs, 4);
  const { branch } = proof;
  const wrong: [string, Partial<OutputProof>][] = [
    ["for another output", { output: outputs[3]! }],
    ["at another position", { position: 3 }],
    ["of another count", { count: 6 }],
    ["at a position that its count does not have", { position: 5, output: new Uint8Array(32) }],
    ["at a position past the tree", { position: 4 + 256 }],
    ["at a negative position", { position: -1 }],
    ["at no integer", { position: 4.5 }],
    ["with a count of zero", { count: 0 }],
    ["with a count past the most", { count: 257 }],
    ["with a node too few", { branch: branch.slice(1) }],
    ["with a node more", { branch: [...branch, root(0)] }],
    ["with a short node", { branch: branch.with(2, new Uint8Array(31)) }],
    ["with a changed node", { branch: branch.with(7, root(7)) }],
    ["with a short output", { output: new Uint8Array(31) }],
  ];
  test.each(wrong)("%s", (_, change) => {
    const commitment = { outputsRoot: outputsRoot(outputs) };
    expect(verifyOutput({ ...proof, ...commitment })).toBe(true);
    expect(verifyOutput({ ...proof, ...change, ...commitment })).toBe(false);
  });

  test("under the root of the same outputs in another order", () => {
    expect(verifyOutput({ ...proof, outputsRoot: outputsRoot([...outputs].reverse()) })).toBe(false);
  });
});
