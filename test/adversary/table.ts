/** The table of lies. */
import type { Row } from "./row.ts";
import { HONEST } from "./rows/honest.ts";
import { HOST } from "./rows/host.ts";
import { INBOX } from "./rows/inbox.ts";
import { LEAVING } from "./rows/leaving.ts";
import { MONEY } from "./rows/money.ts";
import { POSTING } from "./rows/posting.ts";
import { PROOFS } from "./rows/proofs.ts";
import { REWARDS } from "./rows/rewards.ts";
import { ROOTS } from "./rows/roots.ts";
import { SIGNERS } from "./rows/signers.ts";
import { SUCCESSION } from "./rows/succession.ts";
import { TRANSACTIONS } from "./rows/transactions.ts";
import { WITHDRAWALS } from "./rows/withdrawals.ts";

export const TABLE: readonly Row[] = [
  ...ROOTS,
  ...INBOX,
  ...TRANSACTIONS,
  ...MONEY,
  ...POSTING,
  ...SUCCESSION,
  ...PROOFS,
  ...REWARDS,
  ...SIGNERS,
  ...WITHDRAWALS,
  ...LEAVING,
  ...HOST,
  ...HONEST,
];
