import type { ModelView } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { RELATIONS, readModel } from "../../../protocol/state/model.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** Null when there is no model at the index. */
export function getModel({ chain }: NodeView, { index }: ParamsOf<"getModel">): ModelView | null {
  const model = readModel(chain.state.models, index);
  if (model === undefined) return null;
  const { artifactRoot, parent, relation, bond, earned, lifetime, ...rest } = model;
  return {
    index,
    artifactRoot: toHex(artifactRoot),
    parent: parent ?? null,
    relation: RELATIONS[relation]!,
    ...rest,
    bond: String(bond),
    earned: String(earned),
    lifetime: String(lifetime),
  };
}
