/** Reads of datanets, contributions and models. */
import { indexArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { type Contribution, type Datanet, type Model, toContribution, toDatanet, toModel } from "../views.ts";

export interface GetDatanetParameters {
  index: number;
}
export type GetDatanetReturnType = Datanet | null;

export async function getDatanet(context: Context, { index }: GetDatanetParameters): Promise<GetDatanetReturnType> {
  const view = await context.transport.request("getDatanet", { index: indexArgument("index", index) });
  return view && toDatanet(view);
}

export interface GetContributionParameters {
  index: number;
}
export type GetContributionReturnType = Contribution | null;

export async function getContribution(
  context: Context,
  { index }: GetContributionParameters,
): Promise<GetContributionReturnType> {
  const view = await context.transport.request("getContribution", { index: indexArgument("index", index) });
  return view && toContribution(view);
}

export interface GetModelParameters {
  index: number;
}
export type GetModelReturnType = Model | null;

export async function getModel(context: Context, { index }: GetModelParameters): Promise<GetModelReturnType> {
  const view = await context.transport.request("getModel", { index: indexArgument("index", index) });
  return view && toModel(view);
}

export type GetLineageParameters = { contribution: number } | { model: number };
/** The record itself first, then its parents. */
export interface GetLineageReturnType {
  contributions: Contribution[];
  models: Model[];
}

/** What a contribution or model descends from. */
export async function getLineage(context: Context, parameters: GetLineageParameters): Promise<GetLineageReturnType> {
  for (const [name, index] of Object.entries(parameters)) indexArgument(name, index);
  const { contributions, models } = await context.transport.request("getLineage", parameters);
  return { contributions: contributions.map(toContribution), models: models.map(toModel) };
}
