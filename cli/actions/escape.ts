/** What `tributary escape` does. */
import { createWalletClient, type Hex, http } from "viem";
import { getBridgeContracts } from "../../bridge/contracts.ts";
import { escapeFromRollup, getEscapeState, isEscaped } from "../../bridge/escape.ts";
import { type EscapePayment, listEscapes } from "../../bridge/escapes.ts";
import { type FreezeStatus, freeze, getFreezeStatus } from "../../bridge/freeze.ts";
import { fromHex } from "../../protocol/bytes.ts";
import { readSnapshot } from "../../runtime/chain/snapshotFile.ts";
import { isTributaryError, TributaryError } from "../../runtime/errors.ts";
import { connectHost, type HostReader } from "../../runtime/host/hostReader.ts";
import { accountFromEnv } from "../account.ts";
import { EXIT_FAILED } from "../errors.ts";
import { formatAmount, USER_KEY } from "../options.ts";

interface Options {
  snapshot?: string;
  hostRpc: string;
  rollup: Hex;
  owner?: Hex;
  everyone?: boolean;
  list?: boolean;
  json?: boolean;
}

type Status = "open" | "paid" | "paid before" | "failed";

interface Line {
  kind: EscapePayment["kind"];
  table?: string;
  index: number;
  /** Gwei. */
  amount: string;
  status: Status;
  transaction?: Hex;
  problem?: string;
}

const POLL_MS = 500;

export async function runEscape(options: Options): Promise<void> {
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  const reader = await connectHost({ rpcUrl: options.hostRpc, rollup: options.rollup });
  const contracts = await getBridgeContracts(reader.client, { rollup: options.rollup });
  const needsKey = !options.list || (options.owner === undefined && !options.everyone);
  const account = needsKey ? accountFromEnv(USER_KEY, contracts.chainId) : undefined;
  const owner = options.everyone ? undefined : (options.owner ?? account!.address);

  const status = await getFreezeStatus(reader.client, { contracts });
  const { state, messages } = await readState(reader, status, options.snapshot, say);
  const payments = listEscapes({ state, messages, owner: owner && fromHex(owner) });
  const lines: Line[] = [];
  const report = (line: Line): void => {
    lines.push(line);
    say(describe(line));
  };
  const print = (frozen: boolean): void => {
    const total = lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    if (options.json) {
      const { batch, freezableAt = null } = status;
      const about = { frozen, freezableAt, batch: batch.id, stateRoot: batch.stateRoot, owner: owner ?? null };
      console.log(JSON.stringify({ ...about, payments: lines, total: total.toString() }, null, 2));
    } else say(`${lines.length} in all, ${formatAmount(total)} tokens`);
  };

  if (account === undefined || options.list) {
    for (const payment of payments) {
      report({
        ...lineOf(payment),
        status: (await isEscaped(reader.client, { contracts, payment })) ? "paid before" : "open",
      });
    }
    say(freezeText(status));
    return print(status.frozen);
  }
  const wallet = createWalletClient({ account, transport: http(options.hostRpc), pollingInterval: POLL_MS });
  if (!status.frozen) {
    if (status.freezableAt === undefined || status.timestamp < status.freezableAt) {
      throw new TributaryError("not-available", freezeText(status), { retryable: false });
    }
    const { blockNumber } = await freeze(wallet, { contracts, batchId: status.batch.id });
    say(`froze the rollup in host block ${blockNumber}`);
  }
  for (const payment of payments) report(await pay(payment));
  if (lines.some((line) => line.status === "failed")) process.exitCode = EXIT_FAILED;
  print(true);

  async function pay(payment: EscapePayment): Promise<Line> {
    const line = lineOf(payment);
    if (await isEscaped(reader.client, { contracts, payment })) return { ...line, status: "paid before" };
    try {
      const { transactionHash } = await escapeFromRollup(wallet, {
        contracts,
        state,
        payment,
        batchId: status.batch.id,
      });
      return { ...line, status: "paid", transaction: transactionHash };
    } catch (error) {
      // The others may go through all the same.
      if (!isTributaryError(error, "host-reverted")) throw error;
      return { ...line, status: "failed", problem: error.message };
    }
  }
}

async function readState(
  reader: HostReader,
  { batch }: FreezeStatus,
  file: string | undefined,
  say: (text: string) => void,
): ReturnType<typeof getEscapeState> {
  const snapshot = file === undefined ? undefined : await readSnapshot(file);
  if (snapshot !== undefined && "problem" in snapshot) {
    throw new TributaryError("invalid-params", `${file} is no snapshot that counts: ${snapshot.problem}`);
  }
  const found = await getEscapeState({ reader, snapshot, batch });
  const from = snapshot?.header.batch ?? 0;
  say(`state after batch ${from} of ${file ?? "genesis"}: its root is the host's`);
  if (batch.id > from) say(`brought forward to batch ${batch.id}, the last final one, with the host's own data`);
  return found;
}

function lineOf(payment: EscapePayment): Omit<Line, "status"> {
  const { kind, index, amount } = payment;
  return { kind, ...(kind === "earnings" && { table: payment.table }), index, amount: amount.toString() };
}

function describe({ kind, table, index, amount, status, transaction, problem }: Line): string {
  const what =
    kind === "earnings" ? `${table} ${index}, earnings and bond` : kind === "treasury" ? kind : `${kind} ${index}`;
  return [`${what}: ${formatAmount(BigInt(amount))} tokens`, status, transaction, problem].filter(Boolean).join("  ");
}

function freezeText({ frozen, freezableAt, timestamp }: FreezeStatus): string {
  if (frozen) return "the rollup is frozen";
  if (freezableAt === undefined) {
    return "the rollup is not frozen, and no message waits for a final batch: send one and wait 30 days";
  }
  const date = new Date(freezableAt * 1_000).toISOString();
  return freezableAt <= timestamp
    ? `the rollup may be frozen since ${date}`
    : `the rollup is not frozen; it may be from ${date} (in ${freezableAt - timestamp} s), if no batch consumes the message`;
}
