/** Which of several faults speaks first: the order of checks is consensus. */
import { expect, test } from "vitest";
import { concat } from "../../protocol/bytes.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { forcedMessage, mallory, seasonedWorld } from "../support/world.ts";
import {
  after,
  attribute,
  contribute,
  create,
  decide,
  item,
  message,
  poor,
  RICH,
  register,
  revoke,
  run,
  type Scenario,
  transfer,
  update,
  updateModel,
  withdraw,
  ZERO,
} from "./scenarios.ts";

/** Each with all faults from its verdict on; the one named first must win. */
const ORDER: [Verdict, string, Scenario][] = [
  [
    "Malformed",
    "forced: malformed before not the owner",
    message(concat(Uint8Array.of(129), mallory.address, Uint8Array.of(1, 0))),
  ],
  ["UnknownAccount", "forced: unknown before not the owner", message(forcedMessage(transfer({}, 99), mallory))],
  [
    "NotOwner",
    "forced: not the owner before what the body says",
    message(forcedMessage(transfer({ amount: 0n }), mallory)),
  ],
  [
    "BadSignature",
    "signature before fee",
    poor(0n, (world) => world.block([world.sign(transfer(), mallory)])[0]!.verdict),
  ],
  ["InsufficientFee", "fee before what the body says", poor(0n, run(transfer({ amount: 0n })))],
  ["ZeroAmount", "Transfer: amount before recipient", run(transfer({ amount: 0n, to: 99 }))],
  ["ZeroAmount", "Transfer: amount before address", run(transfer({ amount: 0n, to: ZERO }))],
  ["UnknownRecipient", "Transfer: recipient before balance", run(transfer({ amount: RICH, to: 99 }))],
  ["ZeroAddress", "Transfer: address before balance", run(transfer({ amount: RICH, to: ZERO }))],
  ["ZeroAmount", "Withdraw: amount before address", run(withdraw({ amount: 0n, recipient: ZERO }))],
  ["ZeroAddress", "Withdraw: address before balance", run(withdraw({ amount: RICH, recipient: ZERO }))],
  ["InvalidTerms", "CreateDatanet: terms before balance", poor(50_000n, run(create({ purposes: 4 })))],
  ["UnknownDatanet", "UpdateDatanet: existence before ownership", run(update({ datanet: 99, purposes: 4 }, 3))],
  [
    "NotOwner",
    "UpdateDatanet: ownership before closing",
    after(update({ closed: true }), run(update({ purposes: 4 }, 3))),
  ],
  [
    "DatanetClosed",
    "UpdateDatanet: closing before terms",
    after(update({ closed: true }), run(update({ purposes: 4 }))),
  ],
  ["DatanetClosed", "Contribute: closing before items", after(update({ closed: true }), run(contribute({ kind: 9 })))],
  [
    "InvalidKind",
    "Contribute: kind before purposes",
    run(contribute({ kind: 9, purposes: 8, expiresAt: 1, parent: 99 })),
  ],
  [
    "PurposeNotAllowed",
    "Contribute: purposes before expiry",
    run(contribute({ purposes: 8, expiresAt: 1, parent: 99 })),
  ],
  ["AlreadyExpired", "Contribute: expiry before parent", run(contribute({ expiresAt: 1, parent: 99 }))],
  ["UnknownParent", "Contribute: items before balance", poor(50_000n, run(contribute({ parent: 99 })))],
  ["UnknownDatanet", "Accept: datanet before all", run(decide("Accept", [99], 99, 3))],
  ["NotOwner", "Accept: ownership before contributions", run(decide("Accept", [99], 1, 3))],
  ["WrongDatanet", "Accept: datanet of the work before its status", run(decide("Accept", [0]))],
  ["NotPending", "Accept: the first bad index speaks", run(decide("Accept", [5, 6, 99]))],
  ["NotOwner", "Revoke: ownership before what happened to it", after(revoke(0), run(revoke(0, 3)))],
  ["AlreadyRevoked", "Revoke: revoked before closed", after(revoke(0), run(revoke(0)), 4_000)],
  [
    "InvalidTerms",
    "RegisterModel: terms before relation",
    run(register({ ownerBps: 10_001, relation: 9, parent: 99 })),
  ],
  ["InvalidKind", "RegisterModel: relation before parent", run(register({ relation: 9, parent: 99, datanets: [99] }))],
  [
    "UnknownParent",
    "RegisterModel: parent before datanets",
    run(register({ relation: 1, parent: 99, datanets: [99], trainedAt: 9 })),
  ],
  ["UnknownDatanet", "RegisterModel: datanets before training", run(register({ datanets: [99], trainedAt: 9 }))],
  ["TrainedAtInFuture", "RegisterModel: training before balance", poor(50_000n, run(register({ trainedAt: 9 })))],
  ["UnknownModel", "UpdateModel: existence before all", run(updateModel({ model: 99, ownerBps: 10_001 }, 3))],
  [
    "NotOwner",
    "UpdateModel: ownership before retirement",
    after(updateModel({ retired: true }), run(updateModel({}, 3))),
  ],
  [
    "ModelRetired",
    "UpdateModel: retirement before terms",
    after(updateModel({ retired: true }), run(updateModel({ ownerBps: 10_001 }))),
  ],
  ["ContributionClosed", "Attribute: closed before pending", after(revoke(6, 3), item(attribute([6])), 3_600)],
  ["ContributionPending", "Attribute: pending before datanet", item(attribute([6], { model: 2 }))],
  [
    "PurposeNotAllowed",
    "Attribute: purpose before datanet",
    after(contribute({ purposes: 2 }, 2), item(attribute([8], { model: 2 }))),
  ],
  ["WrongDatanet", "Attribute: datanet before age", item(attribute([4], { model: 2 }))],
  [
    "ContributionTooYoung",
    "Attribute: shares before balance",
    poor(50_000n, item(attribute([2], { model: 2, fee: 50_000 }))),
  ],
  ["ContributionTooYoung", "Attribute: the first bad share speaks", item(attribute([0, 2, 99], { model: 2 }))],
];

test.each(ORDER)("%s: %s", (verdict, _, scenario) => {
  expect(scenario(seasonedWorld())).toBe(verdict);
});
