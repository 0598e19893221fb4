import type { ContributionView } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { CONTRIBUTION_KINDS, CONTRIBUTION_STATUSES, readContribution } from "../../../protocol/state/contribution.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** Null when there is no contribution at the index. */
export function getContribution({ chain }: NodeView, { index }: ParamsOf<"getContribution">): ContributionView | null {
  const contribution = readContribution(chain.state.contributions, index);
  if (contribution === undefined) return null;
  const { contentRoot, parent, kind, status, bond, earned, inherited, lifetime, ...rest } = contribution;
  return {
    index,
    contentRoot: toHex(contentRoot),
    parent: parent ?? null,
    kind: CONTRIBUTION_KINDS[kind]!,
    status: CONTRIBUTION_STATUSES[status]!,
    ...rest,
    bond: String(bond),
    earned: String(earned),
    inherited: String(inherited),
    lifetime: String(lifetime),
  };
}
