/** A copy of a state, for running a block twice. */
import { State, TABLES } from "../../protocol/state/state.ts";

export function cloneState(state: State): State {
  const copy = new State();
  for (const name of [...TABLES, "system"] as const) {
    const [from, to] = [state[name], copy[name]];
    to.items.reserve(from.length);
    for (let i = 0; i < from.length; i++) to.items.bytes(i).set(from.items.bytes(i));
    to.restoreLength(from.length);
  }
  return copy;
}
