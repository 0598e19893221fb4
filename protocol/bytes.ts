/** Reading and writing the packed encoding. A reader never throws: it turns `ok` off and returns zeros (rule: total). */
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { MAX_INDEX } from "./params.ts";

export type Hex = `0x${string}`;

export const toHex = (bytes: Uint8Array): Hex => `0x${hexDigits(bytes)}`;
/** Native where there is a Buffer, which is not in browsers: ten times as fast for a batch. */
const hexDigits: typeof bytesToHex =
  globalThis.Buffer === undefined
    ? bytesToHex
    : ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length).toString("hex");
/** Throws if `hex` is not an even number of hex digits behind `0x`. */
export const fromHex = (hex: string): Uint8Array => hexToBytes(hex.startsWith("0x") ? hex.slice(2) : hex);
export const concat = concatBytes;

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Node's Buffer is a Uint8Array whose `slice` is a view, not a copy: what is sliced must not be one. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const MAX_U64 = (1n << 64n) - 1n;

/** Cursor over packed bytes; every read past the end or outside its canonical form clears `ok`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  ok = true;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = plainBytes(bytes);
    this.offset = offset;
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  fail(): number {
    this.ok = false;
    return 0;
  }

  byte(): number {
    if (this.offset >= this.bytes.length) return this.fail();
    return this.bytes[this.offset++]!;
  }

  /** Big-endian unsigned integer of `size` bytes, at most 6. */
  uint(size: number): number {
    if (this.offset + size > this.bytes.length) return this.fail();
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[this.offset++]!;
    return value;
  }

  /** A view, not a copy; zeros when there are not enough bytes. */
  take(size: number): Uint8Array {
    if (this.offset + size > this.bytes.length) {
      this.ok = false;
      return new Uint8Array(size);
    }
    this.offset += size;
    return this.bytes.subarray(this.offset - size, this.offset);
  }

  /** LEB128, minimal, at most `max` (default: the largest index). */
  varint(max = MAX_INDEX): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      if (!this.ok) return 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value > max || (byte === 0 && i > 0) ? this.fail() : value;
      scale *= 128;
    }
    return this.fail();
  }

  /** LEB128, minimal, a full uint64. */
  varint64(): bigint {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      const byte = this.byte();
      if (!this.ok) return 0n;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        if (value <= MAX_U64 && (byte !== 0 || i === 0)) return value;
        break;
      }
    }
    this.ok = false;
    return 0n;
  }
}

/** Growing buffer for packed bytes. Values are checked by the caller: writing an unencodable one is a broken invariant. */
export class ByteWriter {
  #buffer = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + size));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
    return this;
  }

  uint(value: number, size: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size) {
      throw new RangeError(`"value" does not fit ${size} bytes: ${value}`);
    }
    this.#reserve(size);
    for (let i = size - 1; i >= 0; i--) {
      this.#buffer[this.#length + i] = value % 256;
      value = Math.floor(value / 256);
    }
    this.#length += size;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Bytes of a fixed length, such as a root or an address. */
  fixed(bytes: Uint8Array, length: number): this {
    if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
    return this.put(bytes);
  }

  varint(value: number, max = MAX_INDEX): this {
    if (!Number.isSafeInteger(value) || value < 0 || value > max) {
      throw new RangeError(`"value" is not an integer from 0 to ${max}: ${value}`);
    }
    while (value >= 0x80) {
      this.byte((value % 128) | 0x80);
      value = Math.floor(value / 128);
    }
    return this.byte(value);
  }

  varint64(value: bigint): this {
    if (value < 0n || value > MAX_U64) throw new RangeError(`"value" is not a uint64: ${value}`);
    while (value >= 0x80n) {
      this.byte(Number(value & 0x7fn) | 0x80);
      value >>= 7n;
    }
    return this.byte(Number(value));
  }

  /** The bytes written so far; what is written later may show in it. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** The bytes written so far, copied. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }
}
