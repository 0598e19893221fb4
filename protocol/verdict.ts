/**
 * The result of one transaction, record or claim: `Ok` or one reason. Order is consensus and equals the Solidity enum.
 * Append only. What each means and who sees it: docs/spec/transactions.md#verdicts.
 */
export const VERDICTS = [
  "Ok",
  "Malformed",
  "OverWeight",
  "UnknownAccount",
  "BadSignature",
  "InsufficientFee",
  "NotOwner",
  "InsufficientBalance",
  "TableFull",
  "ZeroAmount",
  "ZeroAddress",
  "UnknownRecipient",
  "UnknownDatanet",
  "UnknownContribution",
  "UnknownModel",
  "UnknownParent",
  "InvalidTerms",
  "InvalidKind",
  "DatanetClosed",
  "ModelRetired",
  "NotPending",
  "WrongDatanet",
  "AlreadyRevoked",
  "AlreadyExpired",
  "TrainedAtInFuture",
  "ContributionClosed",
  "ContributionPending",
  "PurposeNotAllowed",
  "ContributionTooYoung",
  "BelowMinimumClaim",
  "UnknownMessage",
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The one-byte code of a verdict, as stored and as Solidity returns it. */
export function verdictCode(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

/** The verdict of a code. Throws RangeError: codes come from our own store, so an unknown one is corruption. */
export function verdictOf(code: number): Verdict {
  const verdict = VERDICTS[code];
  if (verdict === undefined) throw new RangeError(`"code" is not a verdict: ${code}`);
  return verdict;
}
