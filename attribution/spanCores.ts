/**
 * Cuts the common words off both ends of maximal spans.
 *
 * A maximal span is as long as any document allows, so a later document that quotes a phrase behind the same "that" as
 * the output would hide the phrase's first source, which has it behind another word. Common words at the ends tell
 * nothing about the source; without them both documents contain the span, and the older one comes first.
 */
import type { Span } from "./matcher.ts";

/**
 * The cores of `spans` (in order of start and of end, as the matcher gives them), in the same order: none empty, none
 * within another. `surprises` has one entry a word of the output; words below `common` are cut.
 */
export function spanCores(spans: readonly Span[], surprises: ArrayLike<number>, common: number): Span[] {
  const cores: Span[] = [];
  for (const span of spans) {
    let { start, end } = span;
    while (start < end && surprises[start]! < common) start++;
    while (end > start && surprises[end - 1]! < common) end--;
    const last = cores.at(-1);
    // Starts and ends still never fall, so only the neighbour can contain this core or be contained in it.
    if (start === end || (last !== undefined && end <= last.end)) continue;
    if (last?.start === start) cores.pop();
    cores.push({ start, end });
  }
  return cores;
}
