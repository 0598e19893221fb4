/** What `tributary send` does. */
import { createTributaryClient } from "../../client/client.ts";
import type { Confirmation } from "../../protocol/api.ts";
import { toJson } from "../../protocol/json.ts";
import { TributaryError } from "../../runtime/errors.ts";
import { describeIssues, summarize } from "../../runtime/rpc/describeIssues.ts";
import { transactionSchema } from "../../runtime/rpc/transactionSchemas.ts";
import { accountFromEnv } from "../account.ts";
import { EXIT_FAILED } from "../errors.ts";
import { textOf } from "../files.ts";
import { USER_KEY } from "../options.ts";

interface Options {
  rpc: string;
  account?: number;
  wait?: Confirmation;
  json?: boolean;
}

export async function send(name: string, body: string, options: Options): Promise<void> {
  const text = await textOf(body);
  const parsed = transactionSchema.safeParse({ name, account: 0, body: parseJson(text) });
  if (!parsed.success) throw new TributaryError("invalid-params", summarize(describeIssues(parsed.error.issues)));
  const reader = createTributaryClient({ url: options.rpc });
  const { chainId } = await reader.chainInfo();
  const client = createTributaryClient({ url: options.rpc, account: accountFromEnv(USER_KEY, chainId) });
  const { account: _placeholder, ...transaction } = parsed.data;
  const { account } = options;
  const sent = await client.sendTransaction({ ...transaction, ...(account !== undefined && { account }) });
  const receipt =
    options.wait === undefined ? sent : await client.waitForConfirmation({ hash: sent.hash, level: options.wait });
  if (options.json) console.log(JSON.stringify(toJson(receipt), null, 2));
  else {
    console.log(`${receipt.verdict}  ${receipt.name} ${receipt.hash}`);
    for (const { table, first, count } of receipt.created)
      console.log(`created ${count} in ${table} from index ${first}`);
    receipt.items.forEach((verdict, i) => {
      console.log(`item ${i}: ${verdict}`);
    });
    console.log(`block ${receipt.height}, fee ${receipt.fee} Gwei, ${receipt.confirmation}`);
  }
  if (receipt.verdict !== "Ok" || receipt.items.some((verdict) => verdict !== "Ok")) process.exitCode = EXIT_FAILED;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TributaryError("invalid-params", `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
}
