/** Schemas of single values in the RPC's JSON. Each carries one rule, and the same words whatever breaks it. */
import { z } from "zod";
import { fromHex } from "../../protocol/bytes.ts";
import { MAX_INDEX } from "../../protocol/params.ts";

const MAX_U64 = 2n ** 64n - 1n;

/** Text of a rule, for every way in which a value can break it. */
const rule = (error: string) => ({ error });

export function integer(min: number, max: number, what = "an integer") {
  const text = rule(`must be ${what} from ${min} to ${max}`);
  return z.int(text).min(min, text).max(max, text);
}

/** Index of a record, height, id or nonce. */
export const index = integer(0, MAX_INDEX);
/** An index that is packed plus one, so that 0 can stand for none. */
export const reference = integer(0, MAX_INDEX - 1);
export const bps = integer(0, 10_000, "basis points");
export const flag = z.boolean(rule("must be true or false"));

/** Exactly `length` bytes. */
export function bytes(length: number) {
  const text = rule(`must be ${length} bytes: "0x" and ${length * 2} hex digits`);
  return z
    .string(text)
    .regex(new RegExp(`^0x[0-9a-fA-F]{${length * 2}}$`), text)
    .transform(fromHex);
}

/** At most `max` bytes. */
export function bytesUpTo(max: number) {
  const text = rule(`must be 1 to ${max} bytes: "0x" and an even number of hex digits`);
  return z
    .string(text)
    .max(2 + 2 * max, { ...text, abort: true })
    .regex(/^0x([0-9a-fA-F]{2})+$/, text)
    .transform(fromHex);
}

const AMOUNT_RULE = `must be a decimal string of Gwei from 1 to ${MAX_U64}`;

/** Gwei as a decimal string: a positive uint64. */
export const positiveAmount = z
  .string(rule(AMOUNT_RULE))
  .regex(/^[1-9][0-9]{0,19}$/, rule(AMOUNT_RULE))
  .transform((text, context) => {
    const amount = BigInt(text);
    if (amount > MAX_U64) context.addIssue({ code: "custom", message: AMOUNT_RULE });
    return amount;
  });

export function list<Item extends z.ZodType>(item: Item, min: number, max: number) {
  const text = rule(`must be a list of ${min} to ${max}`);
  return z
    .array(item, text)
    .min(min, text)
    .max(max, { ...text, abort: true });
}

/** Reports the first place where a list does not increase. */
export function requireIncreasing<Item>(key: (item: Item) => number, path: readonly string[] = []) {
  return (items: readonly Item[], context: z.RefinementCtx): void => {
    const at = items.findIndex((item, i) => i > 0 && key(item) <= key(items[i - 1]!));
    if (at === -1) return;
    context.addIssue({
      code: "custom",
      path: [at, ...path],
      message: "must be larger than the one before: no duplicates, sorted",
    });
  };
}

/** Exactly one of several objects; `fields` are what tells them apart. */
export function oneOf<const Options extends readonly z.ZodType[]>(fields: readonly string[], options: Options) {
  return z.union(options, rule(`must have exactly one of ${fields.map((field) => `"${field}"`).join(", ")}`));
}
