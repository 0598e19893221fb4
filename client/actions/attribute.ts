import type { Hex } from "../../protocol/bytes.ts";
import { MAX_RECORDS, MAX_SHARES } from "../../protocol/params.ts";
import type { Attribute } from "../../protocol/transactions/attribute.ts";
import {
  bytesArgument,
  feeArgument,
  increasingArgument,
  indexArgument,
  integerArgument,
  listArgument,
} from "../arguments.ts";
import type { Context } from "../context.ts";
import { type SendTransactionReturnType, sendTransaction, type WriteParameters } from "./sendTransaction.ts";

export interface AttributeRecord {
  /** SHA-256 of the output's bytes. */
  output: Hex;
  /** Gwei, below 2^32. */
  fee: bigint;
  /** At most 16, contributions strictly increasing, weights 1 to 65,535; none when the output drew on nothing known. */
  shares: readonly { contribution: number; weight: number }[];
}

export interface AttributeParameters extends WriteParameters {
  model: number;
  /** How the shares were found (docs/spec/attribution.md). */
  method: number;
  /** Root over the records' evidence documents. By default zeros: none. */
  evidenceRoot?: Hex | undefined;
  /** 1 to 256, and no more than a block holds: see `chainInfo().recordsPerBlock`. */
  records: readonly AttributeRecord[];
}
/** `items` has a verdict for each record. */
export type AttributeReturnType = SendTransactionReturnType;

/**
 * Records which contributions outputs drew on, and pays them. Records are independent: look at each one's verdict.
 *
 * @example
 * const shares = [{ contribution: 4, weight: 700 }, { contribution: 9, weight: 300 }];
 * const { items } = await client.attribute({ model: 0, method: 1, records: [{ output, fee: 50_000n, shares }] });
 */
export async function attribute(context: Context, parameters: AttributeParameters): Promise<AttributeReturnType> {
  const { model, method, evidenceRoot, records, ...options } = parameters;
  const body = attributeBody({ model, method, evidenceRoot, records });
  return sendTransaction(context, { name: "Attribute", body, ...options });
}

/** The checked body of an Attribute, for those who sign and send it themselves (`signTransaction`, `sendBatch`). */
export function attributeBody(parameters: Omit<AttributeParameters, keyof WriteParameters>): Attribute {
  const { model, method, evidenceRoot, records } = parameters;
  return {
    model: indexArgument("model", model),
    method: integerArgument("method", method, 0, 255),
    evidenceRoot: evidenceRoot === undefined ? new Uint8Array(32) : bytesArgument("evidenceRoot", evidenceRoot, 32),
    records: listArgument("records", records, 1, MAX_RECORDS).map(({ output, fee, shares }, i) => {
      const at = `records[${i}]`;
      listArgument(`${at}.shares`, shares, 0, MAX_SHARES);
      increasingArgument(
        `${at}.shares`,
        shares.map((share) => share.contribution),
      );
      return {
        output: bytesArgument(`${at}.output`, output, 32),
        fee: feeArgument(`${at}.fee`, fee),
        shares: shares.map(({ contribution, weight }, s) => ({
          contribution,
          weight: integerArgument(`${at}.shares[${s}].weight`, weight, 1, 0xffff),
        })),
      };
    }),
  };
}
