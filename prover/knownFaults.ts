/**
 * The faults that this verifier found and whose rewards may still be open: the one thing about them that the host does not list.
 * Small, and written whole.
 */
import type { Hex } from "../protocol/bytes.ts";
import { encodeJson, getJson } from "../runtime/store/json.ts";
import { textKey } from "../runtime/store/keys.ts";
import { put, type Store } from "../runtime/store/store.ts";

export interface KnownFault {
  /** Of the batch. */
  commitment: Hex;
  batch: number;
  /** In the batch, from 0. */
  blockIndex: number;
  expectedRoot: Hex;
  /** Host time after which nothing can come of it any more. */
  closesAt: number;
}

const KEY = textKey("known-faults");

export class KnownFaults {
  readonly #store: Store;
  #faults: readonly KnownFault[];

  private constructor(store: Store, faults: readonly KnownFault[]) {
    this.#store = store;
    this.#faults = faults;
  }

  static async open(store: Store): Promise<KnownFaults> {
    return new KnownFaults(store, (await getJson<KnownFault[]>(store, "meta", KEY)) ?? []);
  }

  get all(): readonly KnownFault[] {
    return this.#faults;
  }

  /** Durable when it resolves: what follows may be a commitment, of which only this tells. */
  async add(fault: KnownFault): Promise<void> {
    // On other messages, after a reorg of the host, the same batch has another right root.
    const others = this.#faults.filter(({ commitment }) => commitment !== fault.commitment);
    await this.#write([...others, fault]);
  }

  async remove(commitments: readonly Hex[]): Promise<void> {
    if (commitments.length === 0) return;
    await this.#write(this.#faults.filter(({ commitment }) => !commitments.includes(commitment)));
  }

  async #write(faults: readonly KnownFault[]): Promise<void> {
    await this.#store.write([put(this.#store.meta, KEY, encodeJson(faults))], { sync: true });
    this.#faults = faults;
  }
}
