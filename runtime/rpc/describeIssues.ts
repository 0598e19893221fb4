/** What is wrong with params, in words that name the field and the rule. */
import type { z } from "zod";

/** A field of the params and the rule that it breaks. */
export interface FieldProblem {
  /** Path from the params, as in `transaction.body.records[0].fee`; empty for the params themselves. */
  field: string;
  rule: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Problems listed at most: the first tells, and the answer stays small whatever came in. */
const MAX_PROBLEMS = 8;
/** Of names that the sender chose. */
const MAX_NAME_LENGTH = 60;

/** At least one, at most eight. The issues are of a parse with `reportInput`. */
export function describeIssues(issues: readonly Issue[]): FieldProblem[] {
  return issues.flatMap((issue) => describe(issue, [])).slice(0, MAX_PROBLEMS);
}

/** One line for people. */
export function summarize(problems: readonly FieldProblem[]): string {
  const { field, rule } = problems[0]!;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return `${field === "" ? "params" : `"${field}"`} ${rule}${more}`;
}

function describe(issue: Issue, parents: Path): FieldProblem[] {
  const path = [...parents, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: fieldOf([...path, key]), rule: "is not a known field" }));
  }
  if (issue.code === "invalid_union") {
    const branch = meantBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((each) => describe(each, path));
    const names = (issue as { options?: readonly string[] }).options;
    if (names !== undefined) return [{ field: fieldOf(path), rule: `must be one of ${names.join(", ")}` }];
  }
  return [{ field: fieldOf(path), rule: issue.message.replace(/^Invalid (input|option): /, "must be as follows: ") }];
}

/** The option of a union that the sender meant: the only one of which no field is missing or unknown (needs `reportInput`). */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const meant = branches.filter((branch) =>
    branch.every((issue) => issue.path.length > 0 && issue.input !== undefined),
  );
  return meant.length === 1 ? meant[0] : undefined;
}

function fieldOf(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += `${text === "" ? "" : "."}${String(part).slice(0, MAX_NAME_LENGTH)}`;
  }
  return text;
}
