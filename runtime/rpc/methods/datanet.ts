import type { DatanetView } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { readDatanet } from "../../../protocol/state/datanet.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** Null when there is no datanet at the index. */
export function getDatanet({ chain }: NodeView, { index }: ParamsOf<"getDatanet">): DatanetView | null {
  const datanet = readDatanet(chain.state.datanets, index);
  if (datanet === undefined) return null;
  const { metadataHash, bond, earned, lifetime, ...rest } = datanet;
  return {
    index,
    metadataHash: toHex(metadataHash),
    ...rest,
    bond: String(bond),
    earned: String(earned),
    lifetime: String(lifetime),
  };
}
