/** `getProof`: a record's path to the state root of a block, and the block's place in a batch. */
import type { ProofView } from "../../../protocol/api.ts";
import { encodeHeader } from "../../../protocol/batch.ts";
import { concat, toHex } from "../../../protocol/bytes.ts";
import { keccak256 } from "../../../protocol/hash.ts";
import { APPEND_ONLY, type State, TABLES, type TableName } from "../../../protocol/state/state.ts";
import { merkleize } from "../../../protocol/tree/merkleize.ts";
import { type RecordProof, verifyRecordProof } from "../../../protocol/tree/proof.ts";
import type { StoredBlock } from "../../chain/storedBlock.ts";
import { TributaryError } from "../../errors.ts";
import type { NodeView } from "../node.ts";
import type { ParamsOf } from "../schemas.ts";
import { attributionViewer, type FoundAttribution } from "./attribution.ts";
import { batchView } from "./batch.ts";
import { writtenBlock } from "./writtenBlock.ts";

interface Proven {
  block: StoredBlock;
  data: Uint8Array;
  proof: RecordProof;
}

/**
 * Throws `invalid-params` for a height or batch with a table whose records change, `not-found` when the record, block or batch
 * does not exist or the record came later, `not-available` when the chain was rewound meanwhile.
 */
export async function getProof(node: NodeView, params: ParamsOf<"getProof">): Promise<ProofView> {
  const { table, index, height, batch } = params;
  if (height !== undefined && batch !== undefined) {
    throw new TributaryError("invalid-params", `"height" and "batch" exclude each other`);
  }
  const past = height ?? (batch === undefined ? undefined : await lastHeightOf(node, batch));
  if (past !== undefined && !APPEND_ONLY.includes(table)) {
    const message = `"${height === undefined ? "batch" : "height"}" is for ${APPEND_ONLY.join(" and ")}: records of ${table} change`;
    throw new TributaryError("invalid-params", message);
  }
  const view = attributionViewer(node);
  const { block, data, proof } =
    past === undefined ? await proveNow(node, table, index) : await proveAt(node, table, index, past);
  const leaf = data.length === 32 ? data : merkleize(data, 2);
  if (!verifyRecordProof(block.header.stateRoot, leaf, proof)) {
    throw new TributaryError("not-available", `block ${block.height} is being replaced; ask again`);
  }
  return {
    table,
    index,
    data: toHex(data),
    attribution: table === "attributions" ? view(await loggedAttribution(node, index)) : null,
    siblings: proof.siblings.map(toHex),
    height: block.height,
    header: toHex(encodeHeader(block.header)),
    contentHash: toHex(keccak256(block.content)),
    batch: batchView(node, await node.batches.byHeight(block.height)),
  };
}

/** Against the head, once no block is in progress. */
async function proveNow(node: NodeView, table: TableName, index: number): Promise<Proven> {
  const { chain } = node;
  const { height, ...proven } = await node.atBoundary(() => {
    requireRecord(table, index, chain.state[table].length, chain.head.height);
    return {
      height: chain.head.height,
      data: dataOf(chain.state, table, index),
      proof: chain.state.prove(table, index),
    };
  });
  return { ...proven, block: await writtenBlock(chain, height) };
}

/** Against an older block: the records of these tables never change, and the block kept the roots around them. */
async function proveAt({ chain }: NodeView, table: TableName, index: number, height: number): Promise<Proven> {
  const block = await chain.log.block(height);
  if (block === undefined) throw new TributaryError("not-found", `there is no sealed block ${height}`);
  const length = block.lengths[TABLES.indexOf(table)]!;
  requireRecord(table, index, length, height);
  requireRecord(table, index, chain.state[table].length, chain.head.height);
  return {
    block,
    data: dataOf(chain.state, table, index),
    proof: chain.state.proveOld(table, index, length, block.fieldRoots),
  };
}

async function loggedAttribution({ chain }: NodeView, index: number): Promise<FoundAttribution> {
  const logged = await chain.log.attribution(index);
  if (logged !== undefined) return { ...logged, index };
  throw new TributaryError("not-available", `attribution ${index} is being sequenced again; ask once more`);
}

async function lastHeightOf({ batches }: NodeView, id: number): Promise<number> {
  const batch = await batches.byId(id);
  if (batch === undefined) throw new TributaryError("not-found", `there is no batch ${id} on the host`);
  return batch.lastHeight;
}

function requireRecord(table: TableName, index: number, length: number, height: number): void {
  if (index < length) return;
  const message = `${table} ${index} is not in the state after block ${height}, which holds ${length}`;
  throw new TributaryError("not-found", message, { details: { table, index, length, height } });
}

/** A record's four chunks; of an attribution its root. */
function dataOf(state: State, table: TableName, index: number): Uint8Array {
  const { records } = state[table];
  if (records === undefined) return state[table].leaf(index);
  return concat(...[0, 1, 2, 3].map((chunk) => state[table].chunk(index, chunk)));
}
