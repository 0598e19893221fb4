/**
 * Accounts by owner: an open-addressing hash table with one place per owner, and a chain through the accounts of each. The
 * addresses themselves stay in the records.
 */
import { equalBytes } from "../../protocol/bytes.ts";
import { ownerOf } from "../../protocol/state/account.ts";
import type { Table } from "../../protocol/tree/table.ts";

const MAX_LOAD = 0.5;

export class AccountIndex {
  /** An owner's newest account + 1; 0 for a free place. */
  #places = new Uint32Array(1024);
  /** For each account, the same owner's account before it + 1; 0 for none. */
  #previous = new Uint32Array(1024);
  #indexed = 0;

  /** All accounts of `owner`, lowest index first. Takes in accounts appended since the last call. */
  find(accounts: Table, owner: Uint8Array): number[] {
    this.#update(accounts);
    const found: number[] = [];
    for (let next = this.#places[this.#place(accounts, owner)]!; next !== 0; next = this.#previous[next - 1]!) {
      found.push(next - 1);
    }
    return found.reverse();
  }

  #update(accounts: Table): void {
    if (accounts.length > this.#places.length * MAX_LOAD) {
      let size = this.#places.length;
      while (accounts.length > size * MAX_LOAD) size *= 2;
      this.#places = new Uint32Array(size);
      this.#previous = new Uint32Array(size);
      this.#indexed = 0;
    }
    for (; this.#indexed < accounts.length; this.#indexed++) {
      const at = this.#place(accounts, ownerOf(accounts, this.#indexed));
      this.#previous[this.#indexed] = this.#places[at]!;
      this.#places[at] = this.#indexed + 1;
    }
  }

  /** The owner's place, or the free one for it. Mixing defends against chosen prefixes no better than a vanity search costs. */
  #place(accounts: Table, owner: Uint8Array): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < 20; i++) hash = Math.imul(hash ^ owner[i]!, 0x01000193);
    let at = (hash >>> 0) % this.#places.length;
    for (let found = this.#places[at]!; found !== 0; found = this.#places[at]!) {
      if (equalBytes(ownerOf(accounts, found - 1), owner)) break;
      at = (at + 1) % this.#places.length;
    }
    return at;
  }
}
