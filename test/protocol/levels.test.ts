import { describe, expect, test } from "vitest";
import { Levels } from "../../protocol/tree/levels.ts";
import { Segments } from "../../protocol/tree/segments.ts";

/** Leaves over several pages, several slabs, and more than six levels. */
const LEAVES = 5_000;

describe("the levels of a tree", () => {
  test.each<[string, () => Levels]>([
    ["of records", () => new Levels()],
    ["of a log, whose leaves lie apart", () => new Levels(new Segments(32))],
  ])("%s keep their nodes apart from each other", (_, make) => {
    const levels = make();
    const counts: number[] = [];
    for (let count = LEAVES; counts.at(-1) !== 1; count = Math.ceil(count / 2)) {
      levels.reserve(counts.length, count);
      counts.push(count);
    }
    const nodes = counts.flatMap((count, level) => Array.from({ length: count }, (_, index) => ({ level, index })));
    const words = ({ level, index }: (typeof nodes)[number]): Uint32Array => {
      const { buffer, byteOffset, byteLength } = levels.list[level]!.bytes(index);
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    };
    nodes.forEach((node, i) => void words(node).fill(i));
    const isIntact = nodes.every((node, i) => words(node).length === 8 && words(node).every((word) => word === i));
    expect(isIntact).toBe(true);
  });

  test("have the path of a leaf in one page for six of them", () => {
    const levels = new Levels();
    for (let level = 0; level < 12; level++) levels.reserve(level, LEAVES >> level);
    const pages = new Set<string>();
    for (let level = 0; level < 12; level++) {
      const { items, shift } = levels.list[level]!;
      const node = (LEAVES - 1) >> level;
      const { buffer, byteOffset } = items.bytes(node >>> shift);
      pages.add(`${level < 6} ${byteOffset} ${buffer.byteLength}`);
    }
    expect(pages.size).toBe(2);
  });
});
