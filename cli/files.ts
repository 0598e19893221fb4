/** Files that a person names on the command line. */
import { readFile, writeFile } from "node:fs/promises";
import { TributaryError } from "../runtime/errors.ts";

/** Throws `invalid-params` when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new TributaryError("invalid-params", `cannot read ${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** The argument itself, or with @ before it the text of that file. */
export async function textOf(argument: string): Promise<string> {
  return argument.startsWith("@") ? readText(argument.slice(1)) : argument;
}

/** Throws `invalid-params` when it cannot be written. */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new TributaryError("invalid-params", `cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}

/** "no such file or directory" of "ENOENT: no such file or directory, open '...'". */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return /^[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
