/** Structured logs: one JSON object a line, readable text on a terminal. */
import { type DestinationStream, type Logger, pino } from "pino";
import { PinoPretty } from "pino-pretty";

export type { Logger } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Which daemon speaks: the `name` of every line. */
  name: string;
  /** Default `info`. */
  level?: LogLevel;
  /** Default: standard error, so that a command's result on standard output stays clean. */
  destination?: DestinationStream;
}

const STDERR = 2;

/** The daemon's logger; parts of it get `logger.child({ part })`. */
export function createLogger({ name, level = "info", destination }: LoggerOptions): Logger {
  return pino({ name, level, base: { name } }, destination ?? defaultDestination());
}

/** A logger that says nothing. */
export const silentLogger = (): Logger => pino({ level: "silent" });

// Synchronous, so that the last lines before a crash are written.
function defaultDestination(): DestinationStream {
  if (process.stderr.isTTY) return PinoPretty({ sync: true, destination: STDERR, ignore: "pid,hostname" });
  return pino.destination({ dest: STDERR, sync: true });
}
