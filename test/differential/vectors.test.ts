/** The committed vectors are what the rules give now, in TypeScript and in Solidity. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromHex } from "../../protocol/bytes.ts";
import { useHasher } from "../../protocol/tree/hasher.ts";
import { nativeHasher } from "../../protocol/tree/nativeHasher.ts";
import { VERDICTS, verdictOf } from "../../protocol/verdict.ts";
import { startTransition, type TransitionHost } from "./host.ts";
import type { Vector } from "./vector.ts";
import { askForVector, readVectors, vectorFile, vectorText } from "./vectorFiles.ts";
import { allVectors } from "./vectors.ts";

const NAMES = ["kinds", "verdicts", "contents", "malformed", "signatures", "edges", "limits", "full"] as const;

describe("TypeScript", () => {
  let made: Record<string, Vector[]>;
  beforeAll(() => {
    useHasher(nativeHasher);
    made = allVectors();
  });

  test("there is a file for each group", () => expect(Object.keys(made)).toEqual(NAMES));

  test.each(NAMES)("makes %s.json as it is (after a change of the rules: npm run vectors)", (name) => {
    expect(vectorText(made[name]!)).toBe(readFileSync(vectorFile(name), "utf8"));
  });

  test("every verdict occurs", () => {
    const codes = new Set(NAMES.flatMap(readVectors).flatMap(({ verdicts }) => [...fromHex(verdicts)]));
    expect(VERDICTS.filter((verdict) => ![...codes].map(verdictOf).includes(verdict))).toEqual([]);
  });

  test("of each pair of forced transactions the second is malformed, the first is not", () => {
    for (const { name, verdicts } of readVectors("malformed")) {
      expect(name + verdicts).toMatch(/0x(?!01).*01$/);
    }
  });
});

describe("Solidity", () => {
  let host: TransitionHost;
  beforeAll(async () => {
    host = await startTransition();
  });
  afterAll(() => host?.stop());

  describe.each(NAMES)("agrees with %s.json", (name) => {
    test.each(readVectors(name))("$name", async (vector) => {
      const { postRoot, verdicts } = vector;
      expect(await askForVector(host, vector)).toEqual({ postRoot, verdicts });
    });
  });
});
