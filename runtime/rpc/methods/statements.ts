/** What a sequencer signed, and the bytes that it is about. */
import type { BlockContent, SignedHeaderView } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";

/** Null when nothing was signed of the block, or there is none at the height. */
export async function getHeader(node: NodeView, { height }: ParamsOf<"getHeader">): Promise<SignedHeaderView | null> {
  const at = height === "latest" ? node.chain.written.height : height;
  return (await node.signedHeader?.(at)) ?? null;
}

/** Of a sealed block, or of the one in progress as far as it is durable; null when there is none at the height. */
export async function getContent(node: NodeView, { height }: ParamsOf<"getContent">): Promise<BlockContent | null> {
  const open = node.openContent?.();
  if (open?.height === height) return { height, content: toHex(open.content), sealed: false };
  const block = await node.chain.log.block(height);
  return block === undefined ? null : { height, content: toHex(block.content), sealed: true };
}
