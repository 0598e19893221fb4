/** The committed vectors: where they are, and how a host is asked for one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "../../protocol/bytes.ts";
import { METER_GAS } from "../../protocol/params.ts";
import type { Answer, TransitionHost } from "./host.ts";
import type { Vector } from "./vector.ts";

const FOLDER = join(import.meta.dirname, "../vectors");

export const vectorFile = (name: string): string => join(FOLDER, `${name}.json`);

/** The text of such a file. */
export const vectorText = (vectors: readonly Vector[]): string => `${JSON.stringify(vectors, null, 2)}\n`;

export const readVectors = (name: string): Vector[] => JSON.parse(readFileSync(vectorFile(name), "utf8"));

export const vectorNames = (): string[] => readdirSync(FOLDER).map((name) => name.replace(".json", ""));

export function askForVector(host: TransitionHost, vector: Vector): Promise<Answer> {
  const { timestamp, feeAccount, messages } = vector;
  return host.execute({
    preRoot: fromHex(vector.preRoot),
    separator: fromHex(vector.separator),
    start: { timestamp, feeAccount, messages: messages.map(fromHex) },
    content: fromHex(vector.content),
    witness: fromHex(vector.witness),
    gas: METER_GAS,
  });
}
