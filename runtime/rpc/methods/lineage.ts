import type { Lineage } from "../../../protocol/api.ts";
import { TributaryError } from "../../errors.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";
import { getContribution } from "./contribution.ts";
import { getModel } from "./model.ts";

/** Records in one answer: a longer chain goes on at the last record's parent. */
export const MAX_LINEAGE = 64;

/** From a record up its parents, the record itself first. Throws `not-found`. */
export function getLineage(node: NodeView, params: ParamsOf<"getLineage">): Lineage {
  if ("contribution" in params) {
    const contributions = ascend(params.contribution, (index) => getContribution(node, { index }));
    if (contributions.length === 0) throw missing(`contribution ${params.contribution}`);
    return { contributions, models: [] };
  }
  const models = ascend(params.model, (index) => getModel(node, { index }));
  if (models.length === 0) throw missing(`model ${params.model}`);
  return { contributions: [], models };
}

function ascend<View extends { parent: number | null }>(start: number, read: (index: number) => View | null): View[] {
  const views: View[] = [];
  for (let at: number | null = start; at !== null && views.length < MAX_LINEAGE; ) {
    const view = read(at);
    if (view === null) break;
    views.push(view);
    at = view.parent;
  }
  return views;
}

const missing = (what: string) => new TributaryError("not-found", `there is no ${what}`);
