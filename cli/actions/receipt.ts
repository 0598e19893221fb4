/** What `tributary receipt` does. */
import { createTributaryClient } from "../../client/client.ts";
import { verifyReceipt } from "../../protocol/receipt.ts";
import type { TableName } from "../../protocol/state/state.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { EXIT_FAILED } from "../errors.ts";
import { readText, writeText } from "../files.ts";

export async function create(options: { table: TableName; index: number; out?: string; rpc: string }): Promise<void> {
  const client = createTributaryClient({ url: options.rpc });
  const text = `${JSON.stringify(await client.createReceipt({ table: options.table, index: options.index }), null, 2)}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else await writeText(options.out, text);
}

export async function verify(file: string, options: { commitment?: `0x${string}`; json?: boolean }): Promise<void> {
  const { commitment } = options;
  const result = verifyReceipt(
    parse(await readText(file), file),
    commitment === undefined ? {} : { finalizedCommitment: commitment },
  );
  if (options.json)
    console.log(JSON.stringify(result, (_key, value) => (typeof value === "bigint" ? value.toString() : value), 2));
  else {
    console.log(result.valid ? `valid; ${result.root}` : `INVALID: ${result.reason}`);
    if (result.batchCommitment) console.log(`batch commitment ${result.batchCommitment}`);
    if (result.valid) console.log(result.record);
  }
  if (!result.valid) process.exitCode = EXIT_FAILED;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TributaryError("invalid-params", `${file} is not JSON`, { cause });
  }
}
