/** Transactions written field by field from the grammar, a field now and then in a form or of a value that is not allowed. */
import { ByteWriter, concat } from "../../protocol/bytes.ts";
import { TABLES } from "../../protocol/state/state.ts";
import { leb128 } from "./malformed.ts";
import type { Random } from "./random.ts";
import { anyIndex, type Scene } from "./values.ts";

const FIELD_IS_ODD = 0.05;

/** Kind, account and body, without a signature. */
export function oddTransaction(scene: Scene): Uint8Array {
  const { random } = scene;
  const out = new OddWriter(random);
  const kind = random.chance(0.95) ? random.between(1, 13) : random.pick([0, 14, 127, 128, 129, 255]);
  const index = (): number => anyIndex(scene, random.pick(TABLES));
  out.byte(kind).varint(index());
  switch (kind) {
    case 1:
      if (out.varint(random.chance(0.5) ? 0 : index() + 1).last === 0) out.bytes(20);
      return out.varint64().finish();
    case 2:
      return out.bytes(20).varint64().finish();
    case 3:
      return out.bytes(32).byte(random.below(2)).policy().finish();
    case 4:
      return out.varint(index()).byte(random.below(4)).bytes(32).policy().finish();
    case 5:
      out.varint(index());
      return out.items(() => out.bytes(32).varint(index()).byte(random.below(4)).byte(3).varint(index())).finish();
    case 6:
    case 7:
      out.varint(index());
      return out.items(() => out.varint(random.below(3))).finish();
    case 8:
      return out.varint(index()).finish();
    case 9: {
      out.bytes(32).varint(index()).byte(random.below(7));
      const count = out.byte(random.between(1, 4) * 2 + random.below(2)).last >> 1;
      for (let i = 0; i < count; i++) out.varint(random.below(2));
      return out.uint16().uint16().varint(index()).finish();
    }
    case 10:
      return out.varint(index()).byte(random.below(2)).uint16().uint16().finish();
    case 11: {
      let isFirst = true;
      out.varint(index()).byte(random.below(256)).bytes(32);
      return out
        .items(() => {
          const hasFee = isFirst || random.chance(0.3) ? 0x80 : 0;
          isFirst = false;
          const head = out.bytes(32).byte(hasFee + random.pick([0, 1, 2, 3, 16])).last;
          if (head >= 0x80) out.varint(random.pick([0, 5, 1_000_000, 2 ** 32 - 1]));
          for (let share = head & 0x7f; share > 0; share--) out.varint(random.below(3)).varint(random.between(1, 200));
        })
        .finish();
    }
    case 12:
      return out.items(() => out.byte(random.below(3)).varint(index())).finish();
    default:
      return out.bytes(random.below(100)).finish();
  }
}

class OddWriter {
  readonly #random: Random;
  readonly #out = new ByteWriter();
  /** The number that was written last. */
  last = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  finish(): Uint8Array {
    return this.#out.finish();
  }

  byte(usual: number): this {
    const odd = this.#isOdd() ? this.#random.pick([0, 1, 2, 3, 4, 7, 10, 0x7f, 0x80, 0x90, 0x91, 0xff]) : usual;
    this.last = odd;
    this.#out.byte(odd);
    return this;
  }

  /** Now and then too few, which moves all that follows. */
  bytes(length: number): this {
    this.#out.put(this.#random.bytes(this.#random.chance(FIELD_IS_ODD / 4) ? length - 1 : length));
    return this;
  }

  uint16(): this {
    const usual = this.#random.below(10_001);
    this.#out.uint(this.#isOdd() ? this.#random.pick([0, 10_001, 0xffff]) : usual, 2);
    return this;
  }

  policy(): this {
    return this.byte(3).uint16().uint16();
  }

  varint(usual: number): this {
    const random = this.#random;
    this.last = usual;
    if (!this.#isOdd()) {
      this.#out.put(leb128(BigInt(usual)));
      return this;
    }
    if (random.chance(0.5)) {
      this.last = random.pick([
        0,
        1,
        127,
        128,
        255,
        256,
        257,
        0xffff,
        0x10000,
        2 ** 32 - 1,
        2 ** 32,
        2 ** 40,
        2 ** 48 - 2,
      ]);
      this.#out.put(leb128(BigInt(this.last)));
    } else {
      const beyond = [2n ** 48n - 1n, 2n ** 48n, 2n ** 49n - 1n, 2n ** 49n, 2n ** 53n, 2n ** 64n - 1n].map(leb128);
      this.#out.put(random.pick([notMinimal(BigInt(usual)), ...beyond]));
    }
    return this;
  }

  varint64(): this {
    const usual = this.#random.u64();
    const odd = [
      leb128(2n ** 64n - 1n),
      leb128(2n ** 64n),
      leb128(2n ** 70n - 1n),
      leb128(2n ** 70n),
      notMinimal(usual),
    ];
    this.#out.put(this.#isOdd() ? this.#random.pick([...odd, notMinimal(0n)]) : leb128(usual));
    return this;
  }

  /** A count, and as many items, or nearly. */
  items(write: () => unknown): this {
    const count = this.#random.chance(0.9) ? this.#random.between(1, 4) : this.#random.pick([0, 0, 200, 256, 257]);
    this.varint(count);
    for (let i = this.#isOdd() ? count - 1 : count; i > 0; i--) write();
    return this;
  }

  #isOdd(): boolean {
    return this.#random.chance(FIELD_IS_ODD);
  }
}

/** The same number with a last group of zero. */
function notMinimal(value: bigint): Uint8Array {
  const bytes = leb128(value);
  return concat(bytes.with(bytes.length - 1, bytes.at(-1)! | 0x80), Uint8Array.of(0));
}
