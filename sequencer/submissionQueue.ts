/** Submissions that wait for the builder, in order; what is sequenced again comes before what is new. */
import { type Dropped, resubmission } from "./dropped.ts";
import type { Submission } from "./submission.ts";

export class SubmissionQueue {
  #waiting: Submission[] = [];
  readonly #perAccount = new Map<number, number>();

  get length(): number {
    return this.#waiting.length;
  }

  get first(): Submission | undefined {
    return this.#waiting[0];
  }

  push(submission: Submission): void {
    this.#waiting.push(submission);
    this.#count(submission, 1);
  }

  /** Takes up to `count` out. Each counts for its account until `settle`. */
  take(count: number): Submission[] {
    return this.#waiting.splice(0, count);
  }

  /** Puts taken ones back, in front. */
  putBack(submissions: readonly Submission[]): void {
    this.#waiting.unshift(...submissions);
  }

  /** It is in a block, or never will be. */
  settle(submission: Submission): void {
    this.#count(submission, -1);
  }

  /** Submissions of an account that wait or run. */
  countOf(account: number): number {
    return this.#perAccount.get(account) ?? 0;
  }

  /** In place of what was to be sequenced again so far. */
  sequenceAgain(dropped: readonly Dropped[]): void {
    for (const submission of this.#waiting) if (submission.dropped !== undefined) this.#count(submission, -1);
    const again = dropped.map(resubmission);
    for (const submission of again) this.#count(submission, 1);
    this.#waiting = [...again, ...this.#waiting.filter((submission) => submission.dropped === undefined)];
  }

  /** Takes all out, for good. */
  clear(): Submission[] {
    return this.#waiting.splice(0);
  }

  #count({ transaction: { account } }: Submission, change: number): void {
    const count = this.countOf(account) + change;
    if (count === 0) this.#perAccount.delete(account);
    else this.#perAccount.set(account, count);
  }
}
