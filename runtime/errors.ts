/**
 * Operational failures: disk, network, host, configuration. Two other kinds never use this type: a verdict on a transaction
 * is a value (protocol/verdict.ts), and a broken invariant is a plain Error that ends the process.
 */

interface ErrorKind {
  /** Whether the same call may succeed later with nothing changed on our side. */
  retryable: boolean;
  /** For operators. */
  meaning: string;
}

/** Every operational failure. Codes are part of the API: append, never rename. */
export const ERROR_CODES = {
  /** No answer from the host's RPC: connection refused, rate limit, or an error of its server. */
  "host-unreachable": { retryable: true, meaning: "The host's RPC does not answer." },
  /** The RPC answered too late, or a transaction was not included in time; the transaction may still be included. */
  "host-timeout": { retryable: true, meaning: "The host's RPC, or the host, took too long." },
  /** The RPC answered with an error that is not a revert: pruned state, a method it lacks, a transaction it refuses. */
  "host-refused": { retryable: false, meaning: "The host's RPC refused the request." },
  /** A contract reverted; `details.errorName` and `details.args` say with what. */
  "host-reverted": { retryable: false, meaning: "A contract on the host reverted." },
  /** What was read no longer fits together because the host reorganised: read again. */
  "host-reorged": { retryable: true, meaning: "The host reorganised while it was read." },
  /** Chain id, contract or constants are not those this node was built for (rule 31). */
  "host-mismatch": { retryable: false, meaning: "The host's contracts are not the ones that this version runs." },
  /** The nonce was used by another transaction of the same key, so this one can never be included. */
  "host-nonce-taken": { retryable: true, meaning: "Another transaction of the same key took the nonce." },
  /** The sender's key cannot pay for gas and value. */
  "host-funds": { retryable: true, meaning: "The sending key has too little ETH on the host." },
  /** The signed transaction is above what the host's pool takes, or needs more gas than one transaction may have. */
  "transaction-too-large": { retryable: false, meaning: "The transaction exceeds the host's limits." },
  /** The database holds bytes that do not decode or a chain that does not connect. */
  "store-corrupt": { retryable: false, meaning: "The database is damaged: rebuild it from the host." },
  /** Another process has the database open. */
  "store-locked": { retryable: false, meaning: "Another process uses the database." },
  /** The database belongs to another rollup, another version, or another role. */
  "store-mismatch": { retryable: false, meaning: "The database belongs to something else." },
  /** Reading or writing failed: disk full, permission, I/O error. */
  "store-unavailable": { retryable: false, meaning: "The database cannot be read or written." },
  /** Back-pressure: ahead of the host by more than the bound (rule 28). */
  busy: { retryable: true, meaning: "Too much work is waiting: send again later." },
  /** An option or environment variable is missing or wrong; `details.problems` lists all of them. */
  "invalid-config": { retryable: false, meaning: "The configuration is wrong." },
  /** A caller's arguments are wrong. */
  "invalid-params": { retryable: false, meaning: "The request's parameters are wrong." },
  /** The thing asked for does not exist. */
  "not-found": { retryable: false, meaning: "There is no such thing." },
  /** It exists or will exist, but not here or not now: still syncing, pruned, or another role's task. */
  "not-available": { retryable: true, meaning: "Not available at the moment." },
  // What a node answers to the sender of a transaction that it does not take.
  /** The signature is not the account owner's for this transaction and nonce, or not of the one allowed form. */
  "wrong-signature": { retryable: false, meaning: "The signature does not belong to the account's owner." },
  /** The nonce was used. */
  "nonce-too-low": { retryable: false, meaning: "The nonce was used already." },
  /** Transactions with lower nonces are missing. */
  "nonce-too-high": { retryable: false, meaning: "Transactions with lower nonces are missing." },
  /** The account cannot pay the transaction fee. */
  "insufficient-funds": { retryable: false, meaning: "The account cannot pay the transaction fee." },
  /** Its worst-case proof, or its bytes, exceed what a block may hold. */
  "over-weight": { retryable: false, meaning: "The transaction is too large for a block." },
  /** There is no account at the index. */
  "unknown-account": { retryable: false, meaning: "There is no such account." },
  /** The process is shutting down. */
  stopped: { retryable: false, meaning: "The process is stopping." },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface TributaryErrorOptions {
  /** Values for machines and logs; no secrets. */
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Default: what `ERROR_CODES` says of the code. */
  retryable?: boolean;
}

/** The one type of operational failure. `message` is for people, `code` and `details` for programs. */
export class TributaryError extends Error {
  override readonly name = "TributaryError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: TributaryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
    this.details = options.details;
  }
}

/** Whether `error` is an operational failure, of the given code if there is one. */
export function isTributaryError(error: unknown, code?: ErrorCode): error is TributaryError {
  return error instanceof TributaryError && (code === undefined || error.code === code);
}
