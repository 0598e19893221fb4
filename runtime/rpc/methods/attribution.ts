/** `getAttributions`: who was credited for an output, what a contribution was credited for, what a model reported. */
import { setImmediate } from "node:timers/promises";
import type { AttributionView, Page } from "../../../protocol/api.ts";
import { toHex } from "../../../protocol/bytes.ts";
import { MAX_INDEX } from "../../../protocol/params.ts";
import { splitPool } from "../../../protocol/split.ts";
import { modelTermsOf } from "../../../protocol/state/model.ts";
import type { State } from "../../../protocol/state/state.ts";
import { parameter } from "../../../protocol/state/system.ts";
import type { LoggedAttribution } from "../../chain/blockLog.ts";
import { TributaryError } from "../../errors.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";
import { creditedPool } from "./creditedPool.ts";

export type FoundAttribution = LoggedAttribution & { index: number };

const DEFAULT_PAGE = 50;

/** Newest first. An attribution is found once its block is sealed. */
export async function getAttributions(
  node: NodeView,
  params: ParamsOf<"getAttributions">,
): Promise<Page<AttributionView>> {
  const limit = params.limit ?? DEFAULT_PAGE;
  const view = attributionViewer(node);
  // One more than asked for tells whether there is a next page.
  const found = await find(node, params, limit + 1);
  const items: AttributionView[] = [];
  for (const each of found.slice(0, limit)) {
    items.push(view(each));
    await setImmediate(); // a record with terms of its own takes milliseconds; blocks must not wait for a page of them
  }
  return { items, next: found.length > limit ? items.at(-1)!.index : null };
}

/**
 * Shows attributions with what each share was credited. Made before the log is read: log and state are then of one chain, unless
 * the state is another one afterwards. What it returns throws `not-available` when that happened, and Error when log and
 * state hold different records all the same.
 */
export function attributionViewer({ chain }: NodeView): (found: FoundAttribution) => AttributionView {
  const { state } = chain;
  /** Per model, the terms that records had so far. */
  const terms = new Map<number, number[]>();
  return (found) => {
    const { model } = found.transaction.body;
    const known = terms.get(model) ?? currentTerms(state, model);
    const credited = poolIn(state, found, known);
    if (credited === undefined) {
      const { index, height } = found;
      if (chain.state === state) throw new Error(`attribution ${index} of block ${height} is not the one in the state`);
      throw new TributaryError("not-available", `attribution ${index} is being sequenced again; ask once more`);
    }
    if (!known.includes(credited.ownerBps)) known.push(credited.ownerBps);
    terms.set(model, known);
    return attributionView(found, credited.pool);
  };
}

function currentTerms({ models }: State, model: number): number[] {
  return models.has(model) ? [modelTermsOf(models, model).ownerBps] : [];
}

function poolIn({ attributions, system }: State, found: FoundAttribution, likely: readonly number[]) {
  const { index, record, transaction, timestamp } = found;
  const { model, method, evidenceRoot } = transaction.body;
  const fields = { ...record, evidenceRoot, model, payer: transaction.account, method, timestamp };
  return creditedPool(fields, attributions.leaf(index), parameter(system, "protocolBps"), likely);
}

function attributionView(found: FoundAttribution, pool: number): AttributionView {
  const { index, record, transaction, timestamp, height, result } = found;
  const { model, method, evidenceRoot } = transaction.body;
  const amounts = splitPool(pool, record.shares);
  return {
    index,
    output: record.position === undefined ? toHex(record.output) : null,
    committed: record.position === undefined ? null : { outputsRoot: toHex(record.output), position: record.position },
    model,
    payer: transaction.account,
    method,
    evidenceRoot: toHex(evidenceRoot),
    fee: String(record.fee),
    pool: String(pool),
    timestamp,
    shares: record.shares.map((share, i) => ({ ...share, amount: String(amounts[i]!) })),
    height,
    transaction: toHex(result.hash),
  };
}

async function find(node: NodeView, params: ParamsOf<"getAttributions">, limit: number): Promise<FoundAttribution[]> {
  const before = params.before ?? MAX_INDEX;
  if ("index" in params) {
    const logged = params.index < before ? await node.chain.log.attribution(params.index) : undefined;
    return logged === undefined ? [] : [{ ...logged, index: params.index }];
  }
  if ("output" in params) return node.attributions.find({ output: toHex(params.output) }, before, limit);
  if ("model" in params) return node.attributions.find({ model: params.model }, before, limit);
  return node.attributions.find({ contribution: params.contribution }, before, limit);
}
