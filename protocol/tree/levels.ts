/**
 * The nodes of a tree, as they lie in memory. Six levels over 64 neighbouring nodes share a page of memory, like this:
 *
 *      node   0 ... 63   64 ... 95   96 ... 111   112 ... 119   120 ... 123   124 125   126 127
 *     level   0          1           2            3             4             5         unused
 *
 * A path from a leaf to the root goes through a page for every six levels instead of one for each. Pages begin 64 bytes into a page
 * of the operating system (`ALIGNMENT_BYTES`), so that what is used of one lies within one.
 */
import { Segments } from "./segments.ts";

const LEVELS_LOG2 = 6;
const PAGE_NODES = 2 ** (LEVELS_LOG2 + 1);
const NODE_BYTES = 32;
/** 128 kB at first. */
const FIRST_PAGES_LOG2 = 5;

/** One level of a tree: where its nodes are. Node `i` is in item `i >>> shift`, at `offset + (i & mask)` nodes from its start. */
export class Level {
  readonly items: Segments;
  readonly shift: number;
  readonly mask: number;
  readonly offset: number;
  /** 64-bit words of an item. */
  readonly stride: number;

  constructor(items: Segments, shift: number, offset: number) {
    this.items = items;
    this.shift = shift;
    this.mask = 2 ** shift - 1;
    this.offset = offset;
    this.stride = items.itemBytes / 8;
  }

  /** Makes room for `count` nodes; new ones are zero. */
  reserve(count: number): void {
    this.items.reserve(Math.ceil(count / 2 ** this.shift));
  }

  /** A view of a node. */
  bytes(index: number): Uint8Array {
    const from = (this.offset + (index & this.mask)) * NODE_BYTES;
    return this.items.bytes(index >>> this.shift).subarray(from, from + NODE_BYTES);
  }
}

/** The levels of a tree from the lowest on, made as they are needed. */
export class Levels {
  readonly #levels: Level[];
  readonly #below: number;

  /** A log brings its leaves, one after the other; they are level 0 then. */
  constructor(leaves?: Segments) {
    this.#levels = leaves === undefined ? [] : [new Level(leaves, 0, 0)];
    this.#below = this.#levels.length;
  }

  get list(): readonly Level[] {
    return this.#levels;
  }

  /** Makes all levels up to `number`, and room for `count` nodes there. */
  reserve(number: number, count: number): void {
    while (this.#levels.length <= number) this.#levels.push(this.#next());
    this.#levels[number]!.reserve(count);
  }

  #next(): Level {
    const within = (this.#levels.length - this.#below) % LEVELS_LOG2;
    const items = within > 0 ? this.#levels.at(-1)!.items : new Segments(PAGE_NODES * NODE_BYTES, FIRST_PAGES_LOG2);
    return new Level(items, LEVELS_LOG2 - within, PAGE_NODES - (PAGE_NODES >> within));
  }
}
