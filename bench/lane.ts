/**
 * What one sender sends, signed beforehand, in the order of its nonces. Bytes in a row: through as many objects the garbage
 * collector would walk while the load runs, on the cores of what is measured.
 */
import { ByteWriter } from "../protocol/bytes.ts";
import type { Presigned } from "./ledger.ts";

export class Lane {
  readonly #bytes: Uint8Array;
  /** Where each transaction begins, and where the last one ends. */
  readonly #starts: Uint32Array;
  readonly #firstNonce: number;
  #sent = 0;

  constructor(transactions: Iterable<Presigned>) {
    const writer = new ByteWriter();
    const starts = [0];
    let firstNonce: number | undefined;
    for (const { nonce, packed } of transactions) {
      firstNonce ??= nonce;
      starts.push(writer.varint(nonce).put(packed).length);
    }
    this.#bytes = writer.finish();
    this.#starts = Uint32Array.from(starts);
    this.#firstNonce = firstNonce ?? 0;
  }

  /** How many are left. */
  get left(): number {
    return this.#starts.length - 1 - this.#sent;
  }

  /** Nonce of the next one. */
  get nonce(): number {
    return this.#firstNonce + this.#sent;
  }

  /** The next ones, at most `count`: the body of a packed submission (docs/spec/rpc.md). They stay until `skip`. */
  next(count: number): Uint8Array {
    const last = this.#sent + Math.min(count, this.left);
    return this.#bytes.subarray(this.#starts[this.#sent], this.#starts[last]);
  }

  /** The next `count` have been sent. */
  skip(count: number): void {
    this.#sent += Math.min(count, this.left);
  }
}
