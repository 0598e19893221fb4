/** Random transactions of every kind that fit a state, and mostly work there. */
import * as contribution from "../../protocol/state/contribution.ts";
import { EARNED as DATANET_EARNED, policyOf } from "../../protocol/state/datanet.ts";
import { datanetsOf, EARNED as MODEL_EARNED, modelTermsOf } from "../../protocol/state/model.ts";
import type { Decision } from "../../protocol/transactions/accept.ts";
import type { Attributions } from "../../protocol/transactions/attribute.ts";
import { CLAIMABLE, type ClaimItem } from "../../protocol/transactions/claim.ts";
import type { CommittedRecord } from "../../protocol/transactions/outputRecord.ts";
import type { BodyOf, Transaction, TransactionName } from "../../protocol/transactions/registry.ts";
import {
  anyAddress,
  anyAmount,
  anyBps,
  anyExpiry,
  anyFee,
  anyIndex,
  anyPurposes,
  anySender,
  datanetOf,
  increasing,
  indexThat,
  ownerOfDatanet,
  ownerOfModel,
  type Scene,
  senderFor,
} from "./values.ts";

/** How often each kind comes. */
const WEIGHTS: Record<TransactionName, number> = {
  Transfer: 12,
  Withdraw: 6,
  CreateDatanet: 4,
  UpdateDatanet: 4,
  Contribute: 12,
  Accept: 6,
  Reject: 3,
  Revoke: 3,
  RegisterModel: 5,
  UpdateModel: 4,
  Attribute: 16,
  Claim: 15,
  AttributeCommitted: 10,
};

type Made<Body> = { account: number; body: Body };
type Makers = { [Name in TransactionName]: (scene: Scene) => Made<BodyOf<Name>> };

export function anyTransaction(scene: Scene): Transaction {
  const name = scene.random.weighted(WEIGHTS);
  return { name, ...MAKERS[name](scene) } as Transaction;
}

/** Few, and now and then many. */
const anyCount = ({ random }: Scene, usual: number, most: number): number =>
  random.chance(0.93) ? random.between(1, usual) : random.between(1, most);

const list = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function anyDecision(scene: Scene): Made<Decision> {
  const { state, random } = scene;
  const { contributions } = state;
  const isPending = (index: number): boolean => contribution.statusOf(contributions, index) === contribution.PENDING;
  const first = indexThat(scene, "contributions", isPending);
  const home = datanetOf(state, first);
  const fits = (index: number): boolean =>
    datanetOf(state, index) === home && (isPending(index) || random.chance(0.02));
  const others = list(anyCount(scene, 3, 12) - 1, () => indexThat(scene, "contributions", fits));
  const datanet = home >= 0 && random.chance(0.93) ? home : anyIndex(scene, "datanets");
  const contributions_ = random.chance(0.8)
    ? others.filter((index) => contributions.has(index) && fits(index))
    : others;
  return {
    account: senderFor(scene, ownerOfDatanet(state, datanet)),
    body: { datanet, contributions: increasing([first, ...contributions_]) },
  };
}

function anyRecord(scene: Scene, model: number, previousFee: number | undefined): CommittedRecord {
  const { state, random } = scene;
  const homes = state.models.has(model) ? datanetsOf(state.models, model) : [];
  const isLive = state.models.has(model) && modelTermsOf(state.models, model).live;
  const fits = (index: number): boolean =>
    homes.includes(datanetOf(state, index)) &&
    (isLive || random.chance(0.1) || index < state.models.number(model, 7)) &&
    contribution.statusOf(state.contributions, index) === contribution.ACCEPTED;
  const count = random.chance(0.1) ? 0 : anyCount(scene, 6, 16);
  const shares = increasing(list(count, () => indexThat(scene, "contributions", fits)));
  const weight = (): number => (random.chance(0.9) ? random.between(1, 300) : random.pick([1, 127, 128, 0xffff]));
  return {
    fee: previousFee !== undefined && random.chance(0.5) ? previousFee : anyFee(scene),
    shares: shares.map((index) => ({ contribution: index, weight: weight() })),
  };
}

function anyAttributions(scene: Scene): Made<Attributions<CommittedRecord>> {
  const { state, random } = scene;
  const isInUse = (index: number): boolean => !modelTermsOf(state.models, index).retired || random.chance(0.05);
  const model = indexThat(scene, "models", isInUse);
  const records: CommittedRecord[] = [];
  for (let left = anyCount(scene, 5, 40); left > 0; left--) {
    records.push(anyRecord(scene, model, records.at(-1)?.fee));
  }
  return {
    account: anySender(scene),
    body: { model, method: random.below(256), evidenceRoot: anyRoot(scene), records },
  };
}

const anyRoot = ({ random }: Scene): Uint8Array => (random.chance(0.5) ? random.bytes(32) : new Uint8Array(32));

function anyClaimItem(scene: Scene): ClaimItem {
  const { state, random } = scene;
  const table = random.pick(CLAIMABLE);
  const fields = { contributions: contribution.EARNED, datanets: DATANET_EARNED, models: MODEL_EARNED };
  const hasEarned = (index: number): boolean => state[table].u64(index, fields[table]) > 0n || random.chance(0.05);
  return { table, index: indexThat(scene, table, hasEarned) };
}

const MAKERS: Makers = {
  Transfer(scene) {
    const account = anySender(scene);
    const to = scene.random.chance(0.75) ? anyIndex(scene, "accounts") : anyAddress(scene);
    return { account, body: { to, amount: anyAmount(scene, account) } };
  },

  Withdraw(scene) {
    const account = anySender(scene);
    return { account, body: { recipient: anyAddress(scene), amount: anyAmount(scene, account) } };
  },

  CreateDatanet(scene) {
    return {
      account: anySender(scene),
      body: { metadataHash: scene.random.bytes(32), ...anyPolicy(scene) },
    };
  },

  UpdateDatanet(scene) {
    const datanet = anyIndex(scene, "datanets");
    return {
      account: senderFor(scene, ownerOfDatanet(scene.state, datanet)),
      body: {
        datanet,
        metadataHash: scene.random.bytes(32),
        ...anyPolicy(scene),
        closed: scene.random.chance(0.1),
      },
    };
  },

  Contribute(scene) {
    const { state, random } = scene;
    const isOpen = (index: number): boolean => !policyOf(state.datanets, index).closed || random.chance(0.05);
    const datanet = indexThat(scene, "datanets", isOpen);
    const inDatanet = (index: number): boolean => datanetOf(state, index) === datanet;
    const purposes = state.datanets.has(datanet) ? policyOf(state.datanets, datanet).purposes : 0;
    const items = list(anyCount(scene, 4, 40), () => ({
      contentRoot: random.bytes(32),
      parent: random.chance(0.4) ? indexThat(scene, "contributions", inDatanet) : undefined,
      kind: random.chance(0.97) ? random.below(4) : random.between(4, 255),
      purposes: random.chance(0.95) ? purposes : anyPurposes(scene),
      expiresAt: anyExpiry(scene),
    }));
    return { account: anySender(scene), body: { datanet, items } };
  },

  Accept: anyDecision,
  Reject: anyDecision,

  Revoke(scene) {
    const { contributions } = scene.state;
    const index = anyIndex(scene, "contributions");
    const entitled = contributions.has(index) ? contributions.number(index, contribution.CONTRIBUTOR_REF) - 1 : -1;
    return { account: senderFor(scene, entitled), body: { contribution: index } };
  },

  RegisterModel(scene) {
    const { state, random } = scene;
    const parent = random.chance(0.5) ? anyIndex(scene, "models") : undefined;
    const known = state.contributions.length;
    const fitting = parent === undefined ? 0 : random.between(1, 6);
    return {
      account: anySender(scene),
      body: {
        artifactRoot: random.bytes(32),
        parent,
        relation: random.chance(0.95) ? fitting : random.below(256),
        datanets: increasing(list(random.between(1, 4), () => anyIndex(scene, "datanets"))),
        ownerBps: anyBps(scene),
        royaltyBps: anyBps(scene),
        live: random.chance(0.4),
        trainedAt: random.chance(0.7) ? known : random.below(known + 2),
      },
    };
  },

  UpdateModel(scene) {
    const model = anyIndex(scene, "models");
    return {
      account: senderFor(scene, ownerOfModel(scene.state, model)),
      body: { model, ownerBps: anyBps(scene), royaltyBps: anyBps(scene), retired: scene.random.chance(0.1) },
    };
  },

  Attribute(scene) {
    const { account, body } = anyAttributions(scene);
    const records = body.records.map((record) => ({ output: scene.random.bytes(32), ...record }));
    return { account, body: { ...body, records } };
  },

  AttributeCommitted(scene) {
    const { account, body } = anyAttributions(scene);
    return { account, body: { ...body, outputsRoot: anyRoot(scene) } };
  },

  Claim(scene) {
    const items = list(anyCount(scene, 6, 60), () => anyClaimItem(scene));
    return { account: anySender(scene), body: { items } };
  },
};

function anyPolicy(scene: Scene) {
  const { random } = scene;
  return {
    curated: random.chance(0.4),
    purposes: anyPurposes(scene),
    lineageBps: anyBps(scene),
    curatorBps: anyBps(scene),
  };
}
