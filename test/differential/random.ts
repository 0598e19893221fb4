/** A seeded source of choices: the same seed gives the same cases on every machine. */
export class Random {
  readonly #words: Uint32Array;

  /** Equal parts give equal choices. */
  constructor(...seed: readonly (number | string)[]) {
    // FNV-1a over the seed's text, once per word of sfc32's state.
    const text = seed.join("/");
    this.#words = Uint32Array.from({ length: 4 }, (_, word) => {
      let hash = 0x811c9dc5 ^ word;
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      return hash;
    });
    for (let i = 0; i < 16; i++) this.word();
  }

  /** 32 bits (sfc32). */
  word(): number {
    const s = this.#words;
    const out = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + out;
    return out;
  }

  /** From 0 to `count` - 1; `count` is at most 2^53. */
  below(count: number): number {
    return (this.word() * 2 ** 21 + (this.word() >>> 11)) % count;
  }

  /** From `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  chance(probability: number): boolean {
    return this.word() < probability * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** One of the names, as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    return entries.find(([, weight]) => {
      left -= weight;
      return left < 0;
    })![0];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() & 0xff);
  }

  /** A uint64 of any size: small ones as likely as large ones. */
  u64(): bigint {
    const value = (BigInt(this.word()) << 32n) | BigInt(this.word());
    return value >> BigInt(this.below(64));
  }
}
