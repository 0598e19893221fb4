import type { Page } from "../../protocol/api.ts";
import type { Hex } from "../../protocol/bytes.ts";
import { bytesArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type Attribution, toAttribution } from "../views.ts";

export type GetAttributionsParameters = (
  | { /** SHA-256 of the output's bytes. */ output: Hex }
  | { contribution: number }
  | { model: number }
  | { index: number }
) & {
  /** `next` of the page before. */
  before?: number | undefined;
  limit?: number | undefined;
};
export type GetAttributionsReturnType = Page<Attribution>;

/**
 * Attributions of an output, to a contribution, by a model, or one by index. Newest first.
 *
 * @example
 * const { items, next } = await client.getAttributions({ output: sha256(text) });
 */
export async function getAttributions(
  context: Context,
  parameters: GetAttributionsParameters,
): Promise<GetAttributionsReturnType> {
  if ("output" in parameters) bytesArgument("output", parameters.output, 32);
  const { items, next } = await context.transport.request("getAttributions", parameters);
  return { items: items.map(toAttribution), next };
}
