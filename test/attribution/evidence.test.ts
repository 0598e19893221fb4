import { ByteVectorType, ListCompositeType } from "@chainsafe/ssz";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../attribution/engine.ts";
import { encodeEvidence, evidenceLeaf } from "../../attribution/evidence.ts";
import { evidenceRoot, proveEvidence, verifyEvidenceProof } from "../../attribution/evidenceTree.ts";
import { verifyEvidence } from "../../attribution/verifyEvidence.ts";
import { toHex } from "../../protocol/bytes.ts";
import { exampleCorpus } from "./exampleCorpus.ts";

const engine = createEngine(exampleCorpus());
const OUTPUT =
  "It is true that a house divided against itself cannot stand; but the occasion is piled high with difficulty.";
const OPTIONS = { marginBits: 4 };
const traced = engine.trace(OUTPUT, OPTIONS);
const GOLDEN = {
  spans: [
    {
      outputStart: 3,
      outputEnd: 11,
      information: 10434,
      documents: 1,
      contributions: [{ contribution: 30, offset: 2 }],
    },
    {
      ...{ outputStart: 12, outputEnd: 19, information: 4935, documents: 2 },
      contributions: [
        { contribution: 20, offset: 12 },
        { contribution: 30, offset: 11 },
      ],
    },
  ],
  shares: [
    { contribution: 20, weight: 40 },
    { contribution: 30, weight: 127 },
  ],
  leaf: "0xd1ed8a46d87d93681df08de5732199d332ac49d7a111ebe6ed37ba49bd9a0272",
};
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("the document", () => {
  test("golden vector: these bytes are consensus, a change needs a new engine version", () => {
    expect(JSON.parse(textOf(traced.evidence))).toEqual(traced.document);
    expect(traced.document.spans).toEqual(GOLDEN.spans);
    expect(traced.shares).toEqual(GOLDEN.shares);
    expect(toHex(evidenceLeaf(traced.evidence))).toBe(GOLDEN.leaf);
  });

  test("canonical whatever the order of keys", () => {
    const reversed = Object.fromEntries(Object.entries(traced.document).reverse()) as typeof traced.document;
    expect(encodeEvidence(reversed)).toEqual(traced.evidence);
  });

  test("no match gives no shares, and evidence of that", () => {
    const nothing = engine.trace("Quite different words.", OPTIONS);
    expect(nothing.shares).toEqual([]);
    expect(verifyEvidence(engine, "Quite different words.", nothing.evidence)).toEqual({ equal: true });
  });
});

describe("verifyEvidence", () => {
  const check = (text: string, required?: Parameters<typeof verifyEvidence>[3]) =>
    verifyEvidence(engine, OUTPUT, bytesOf(text), required);
  const paths = (result: ReturnType<typeof check>) => (result.equal ? [] : result.differences.map(({ path }) => path));
  const text = textOf(traced.evidence);

  test("accepts what the engine wrote, under any options", () => {
    for (const options of [OPTIONS, {}, { before: 30, marginBits: 0 }, { excluded: [10], marginBits: 0 }]) {
      expect(verifyEvidence(engine, OUTPUT, engine.trace(OUTPUT, options).evidence)).toEqual({ equal: true });
    }
  });

  test("names what differs", () => {
    const changed = structuredClone(traced.document) as unknown as {
      shares: { weight: number }[];
      spans: { outputEnd: number; contributions: unknown[] }[];
    };
    changed.shares[0]!.weight -= 1;
    changed.spans[0]!.outputEnd += 1;
    changed.spans[1]!.contributions.pop();
    const result = check(JSON.stringify(changed));
    expect(paths(result)).toEqual(["spans[0].outputEnd", "spans[1].contributions[1]", "shares[0].weight"]);
  });

  test("another output, another corpus", () => {
    expect(paths(verifyEvidence(engine, `${OUTPUT} `, traced.evidence))).toEqual(["output"]);
    const other = createEngine(engine.index.corpus);
    expect(verifyEvidence(other, OUTPUT, traced.evidence)).toEqual({ equal: true });
    const empty = createEngine({ ...engine.index.corpus, root: new Uint8Array(32) });
    expect(paths(verifyEvidence(empty, OUTPUT, traced.evidence))).toEqual(["corpusRoot"]);
  });

  test("the same values in another form are not the document", () => {
    expect(check(JSON.stringify(traced.document, null, 1)).equal).toBe(false);
    expect(check(`${text} `)).toMatchObject({ differences: [{ expected: "canonical JSON" }] });
    expect(check(text.replace('"weight":', '"weight":1,"weight":')).equal).toBe(false);
  });

  test("parameters the caller requires", () => {
    expect(check(text, OPTIONS)).toEqual({ equal: true });
    expect(paths(check(text, { ...OPTIONS, before: 30 }))).toContain("parameters.before");
    expect(paths(check(text, {}))).toContain("parameters.marginBits");
  });

  test("without required parameters a document may choose others that give the same spans", () => {
    const other = text.replace('"marginBits":4', '"marginBits":5');
    expect(check(other)).toEqual({ equal: true });
    expect(paths(check(other, OPTIONS))).toEqual(["parameters.marginBits"]);
  });

  test.each(["", "null", "[]", "{}", '{"parameters":{"before":-1,"excluded":[],"marginBits":0}}', "\ufeff{}"])(
    "%j is no evidence, and no exception",
    (bad) => {
      expect(check(bad).equal).toBe(false);
      expect(check(bad, OPTIONS).equal).toBe(false);
    },
  );

  test("no changed byte passes where the parameters are given", () => {
    fc.assert(
      fc.property(fc.nat(traced.evidence.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = traced.evidence.slice();
        changed[at]! ^= flip;
        expect(verifyEvidence(engine, OUTPUT, changed, OPTIONS).equal).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the evidence root", () => {
  const Leaves = new ListCompositeType(new ByteVectorType(32), 2 ** 16);
  const leaves = (count: number) => Array.from({ length: count }, (_, i) => evidenceLeaf(Uint8Array.of(i)));

  test.each([0, 1, 2, 3, 7, 8, 200])("of %i leaves equals SSZ, and every leaf can be proved", (count) => {
    const all = leaves(count);
    const root = evidenceRoot(all);
    expect(root).toEqual(Leaves.hashTreeRoot(all));
    for (const [i, leaf] of all.entries()) {
      const proof = proveEvidence(all, i);
      expect(verifyEvidenceProof(root, leaf, proof)).toBe(true);
      expect(verifyEvidenceProof(root, evidenceLeaf(leaf), proof)).toBe(false);
      expect(verifyEvidenceProof(root, leaf, { ...proof, index: i + 1 })).toBe(false);
      expect(verifyEvidenceProof(root, leaf, { ...proof, length: count + 1 })).toBe(false);
      expect(verifyEvidenceProof(root, leaf, { ...proof, siblings: proof.siblings.slice(1) })).toBe(false);
    }
  });

  test("an inner node is no leaf", () => {
    const all = leaves(4);
    const { siblings, ...rest } = proveEvidence(all, 0);
    expect(verifyEvidenceProof(evidenceRoot(all), siblings[1]!, { ...rest, siblings: siblings.slice(1) })).toBe(false);
  });

  test("traceMany puts its records under one root, in their order", () => {
    const { traces, evidenceRoot: root } = engine.traceMany([OUTPUT, "", OUTPUT], OPTIONS);
    const all = traces.map((each) => each.evidenceLeaf);
    expect(traces[0]).toEqual(traced);
    expect(verifyEvidenceProof(root, evidenceLeaf(traced.evidence), proveEvidence(all, 2))).toBe(true);
  });

  test("refuses what is no leaf", () => {
    expect(() => evidenceRoot([new Uint8Array(31)])).toThrow(/"leaves"/);
    expect(() => proveEvidence(leaves(2), 2)).toThrow(/"index"/);
  });
});
