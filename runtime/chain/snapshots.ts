/**
 * Snapshots of the state in the store: two slots, written in turn, so that one is always whole. A slot counts only once its
 * description is written, which is the last thing to happen; and only segments that changed since its last turn are written.
 */
import { equalBytes, fromHex, type Hex, toHex } from "../../protocol/bytes.ts";
import { State, TABLES } from "../../protocol/state/state.ts";
import { SEGMENT_ITEMS } from "../../protocol/tree/segments.ts";
import type { Table } from "../../protocol/tree/table.ts";
import { encodeJson, getJson } from "../store/json.ts";
import { textKey } from "../store/keys.ts";
import { del, isDamage, put, type Store } from "../store/store.ts";

const SLOTS = ["a", "b"] as const;
type Slot = (typeof SLOTS)[number];
const SNAPSHOT_TABLES = [...TABLES, "system"] as const;
/** Segments written in one go: bounds memory, and yields to other work in between. */
const SEGMENTS_PER_WRITE = 16;

interface Description {
  height: number;
  root: Hex;
  lengths: number[];
}

export class Snapshots {
  readonly #store: Store;
  readonly #changed: Record<Slot, Set<string>> = { a: new Set(), b: new Set() };
  #next: Slot = "a";

  constructor(store: Store) {
    this.#store = store;
  }

  /** Heights that have a snapshot, newest first. */
  async heights(): Promise<number[]> {
    const found = await Promise.all(SLOTS.map((slot) => this.#description(slot)));
    return found.flatMap((description) => (description ? [description.height] : [])).sort((x, y) => y - x);
  }

  /**
   * Writes the state as it is now, at `height`. What it copies, it copies before it first waits, so the state may move on.
   */
  async save(state: State, height: number): Promise<void> {
    const slot = this.#next;
    const description: Description = {
      height,
      root: toHex(state.root()),
      lengths: SNAPSHOT_TABLES.map((name) => state[name].length),
    };
    for (const name of SNAPSHOT_TABLES) {
      for (const number of state[name].takeChangedSegments()) {
        for (const each of SLOTS) this.#changed[each].add(`${name}/${number}`);
      }
    }
    const keys = [...this.#changed[slot]];
    const copies = keys.map((key) => copySegment(state, key));
    await this.#store.write([del(this.#store.snapshots, textKey(slot))], { sync: true });
    for (let from = 0; from < keys.length; from += SEGMENTS_PER_WRITE) {
      const part = keys.slice(from, from + SEGMENTS_PER_WRITE);
      await this.#store.write(
        part.map((key, i) => put(this.#store.snapshots, textKey(`${slot}/${key}`), copies[from + i]!)),
      );
    }
    await this.#store.write([put(this.#store.snapshots, textKey(slot), encodeJson(description))], { sync: true });
    this.#changed[slot].clear();
    this.#next = slot === "a" ? "b" : "a";
  }

  /** The state at `height`, or undefined when that snapshot is not whole or does not have the root it should. */
  async load(height: number, root: Uint8Array): Promise<State | undefined> {
    for (const slot of SLOTS) {
      const description = await this.#description(slot);
      if (description?.height !== height || !equalBytes(fromHex(description.root), root)) continue;
      const state = await this.#read(slot, description).catch(unlessDamaged);
      if (state === undefined || !equalBytes(state.root(), root)) continue;
      for (const each of SLOTS) this.#changed[each] = new Set(each === slot ? [] : allSegments(state));
      this.#next = slot === "a" ? "b" : "a";
      return state;
    }
    return undefined;
  }

  /** Forgets snapshots above `height`. */
  async dropAbove(height: number): Promise<void> {
    for (const slot of SLOTS) {
      const description = await this.#description(slot);
      if (description !== undefined && description.height > height) {
        await this.#store.write([del(this.#store.snapshots, textKey(slot))], { sync: true });
      }
    }
  }

  async #read(slot: Slot, { lengths }: Description): Promise<State | undefined> {
    const state = new State();
    for (const [i, name] of SNAPSHOT_TABLES.entries()) {
      if (!(await this.#restore(state[name], `${slot}/${name}`, lengths[i]!))) return undefined;
    }
    return state;
  }

  async #restore(table: Table, prefix: string, length: number): Promise<boolean> {
    for (let number = 0; number * SEGMENT_ITEMS < length; number++) {
      const bytes = await this.#store.snapshots.get(textKey(`${prefix}/${number}`));
      const used = Math.min(SEGMENT_ITEMS, length - number * SEGMENT_ITEMS);
      if (bytes?.length !== used * table.items.itemBytes) return false;
      table.restoreSegment(number, bytes);
    }
    table.restoreLength(length);
    return true;
  }

  /** Undefined when there is none, or none that can be read. */
  async #description(slot: Slot): Promise<Description | undefined> {
    const found = await getJson<Description>(this.#store, "snapshots", textKey(slot)).catch(unlessDamaged);
    return found?.lengths?.length === SNAPSHOT_TABLES.length ? found : undefined;
  }

  /** After a state was built anew (from genesis), every segment of it is new to both slots. */
  forget(): void {
    for (const slot of SLOTS) this.#changed[slot] = new Set();
  }
}

function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof SyntaxError) && !isDamage(error)) throw error;
}

function allSegments(state: State): string[] {
  return SNAPSHOT_TABLES.flatMap((name) =>
    Array.from({ length: Math.ceil(state[name].length / SEGMENT_ITEMS) }, (_, number) => `${name}/${number}`),
  );
}

/** The used part of one segment. */
function copySegment(state: State, key: string): Uint8Array {
  const [name, number] = key.split("/") as [(typeof SNAPSHOT_TABLES)[number], string];
  const { items, length } = state[name];
  const used = Math.min(SEGMENT_ITEMS, length - Number(number) * SEGMENT_ITEMS);
  return items.segment(Number(number)).slice(0, used * items.itemBytes);
}
