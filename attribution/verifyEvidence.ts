/** Anyone's check of an evidence document: compute it again from the corpus and the output and compare. */
import { equalBytes } from "../protocol/bytes.ts";
import { type Engine, parametersOf, type TraceOptions } from "./engine.ts";

export interface EvidenceDifference {
  /** Where in the document, as in "spans[2].outputEnd"; "" is the document as a whole. */
  readonly path: string;
  /** What the recomputation gives, as JSON; "absent" if there should be nothing. */
  readonly expected: string;
  readonly found: string;
}

export type EvidenceCheck =
  | { readonly equal: true }
  | { readonly equal: false; readonly differences: readonly EvidenceDifference[] };

/** More would not help anybody to understand a document that is wrong. */
const MAX_DIFFERENCES = 32;

/**
 * Recomputes everything that `evidence` (the bytes of a document) says about `output`, under the parameters it names,
 * and returns where it differs. Never throws on bad evidence. A caller who knows which parameters were due, for
 * instance the model's `trainedAt`, passes them as `required`: otherwise a document may choose the parameters that
 * suit it.
 */
export function verifyEvidence(
  engine: Engine,
  output: string,
  evidence: Uint8Array,
  required?: TraceOptions,
): EvidenceCheck {
  const document = parseJson(evidence);
  if (document === undefined) return differs({ path: "", expected: "an evidence document", found: "no UTF-8 JSON" });
  const named = namedParameters(document);
  if (named === undefined && required === undefined) {
    return differs({ path: "parameters", expected: "trace parameters", found: show(member(document, "parameters")) });
  }
  const expected = engine.trace(output, required ?? named);
  if (equalBytes(expected.evidence, evidence)) return { equal: true };
  const differences: EvidenceDifference[] = [];
  compare("", expected.document, document, differences);
  if (differences.length > 0) return { equal: false, differences };
  return differs({ path: "", expected: "canonical JSON", found: "the same values in another form" });
}

function differs(difference: EvidenceDifference): EvidenceCheck {
  return { equal: false, differences: [difference] };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined; // the reason is of no use: no honest engine writes such bytes
  }
}

/** The trace options that a document names, undefined if they are none. */
function namedParameters(document: unknown): TraceOptions | undefined {
  const parameters = member(document, "parameters");
  const before = member(parameters, "before");
  const excluded = member(parameters, "excluded");
  const marginBits = member(parameters, "marginBits");
  if (before !== null && typeof before !== "number") return undefined;
  if (!Array.isArray(excluded) || typeof marginBits !== "number") return undefined;
  const options = { before: before ?? undefined, excluded, marginBits };
  try {
    parametersOf(options);
    return options;
  } catch {
    return undefined; // out of range: reported as a difference
  }
}

function compare(path: string, expected: unknown, found: unknown, differences: EvidenceDifference[]): void {
  if (differences.length === MAX_DIFFERENCES || Object.is(expected, found)) return;
  if (!isObject(expected) || !isObject(found) || Array.isArray(expected) !== Array.isArray(found)) {
    differences.push({ path, expected: show(expected), found: show(found) });
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const step = Array.isArray(expected) ? `[${key}]` : path === "" ? key : `.${key}`;
    compare(path + step, member(expected, key), member(found, key), differences);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function show(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value).slice(0, 200);
}
