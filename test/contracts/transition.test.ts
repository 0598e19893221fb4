/** The transition in Solidity has the numbers, verdicts and fields of the protocol. What it does with them: test/differential. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as inbox from "../../protocol/inbox.ts";
import * as params from "../../protocol/params.ts";
import * as account from "../../protocol/state/account.ts";
import * as contribution from "../../protocol/state/contribution.ts";
import * as datanet from "../../protocol/state/datanet.ts";
import * as model from "../../protocol/state/model.ts";
import * as system from "../../protocol/state/system.ts";
import { SIGNATURE_BYTES } from "../../protocol/transactions/registry.ts";
import { RECORD_BYTES } from "../../protocol/tree/table.ts";
import { VERDICTS } from "../../protocol/verdict.ts";

const SHOUTED = /[a-z](?=[A-Z])/g;

/** The numbers that a library declares, by name. */
function constantsOf(path: string): Record<string, number> {
  const source = readFileSync(new URL(`../../contracts/src/transition/${path}`, import.meta.url), "utf8");
  const found = source.matchAll(/uint256 (?:internal|private) constant (\w+) = ([^;]+);/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name!, numberOf(value!)]));
}

function numberOf(text: string): number {
  const power = /^\(1 << (\d+)\) - 1$/.exec(text);
  return power === null ? Number(text.replaceAll("_", "")) : 2 ** Number(power[1]) - 1;
}

test("numbers", () => {
  const { GOVERNANCE_WEIGHT, MAX_TIME, ...limits } = constantsOf("Limits.sol");
  expect(params).toMatchObject(Object.fromEntries(Object.entries(limits).filter(([name]) => name in params)));
  expect(Object.keys(limits).filter((name) => !(name in params))).toEqual(["RECORD_BYTES", "SIGNATURE_BYTES"]);
  expect(limits).toMatchObject({ RECORD_BYTES, SIGNATURE_BYTES });
  expect(GOVERNANCE_WEIGHT).toBe(inbox.messageWeight(new Uint8Array(0)));
  expect(MAX_TIME).toBe(2 ** 40 - 1);
  expect(constantsOf("InboxMessages.sol")).toMatchObject({ DEPOSIT: inbox.DEPOSIT, FORCED: inbox.FORCED });
});

test("verdicts, in their order", () => {
  const shouted = VERDICTS.map((verdict) => verdict.replace(SHOUTED, "$&_").toUpperCase());
  expect(Object.entries(constantsOf("Verdicts.sol"))).toEqual(shouted.map((name, code) => [name, code]));
});

test.each([
  ["Account", account],
  ["Contribution", contribution],
  ["Datanet", datanet],
  ["Model", model],
])("fields of %s", (name, fields) => {
  const { KINDS, RELATIONS, ...constants } = constantsOf(`state/${name}.sol`);
  expect(fields).toMatchObject(constants);
  if (KINDS !== undefined) expect(KINDS).toBe(contribution.CONTRIBUTION_KINDS.length);
  if (RELATIONS !== undefined) expect(RELATIONS).toBe(model.RELATIONS.length);
});

test("fields of the system record", () => {
  const { BASE_FEE, ...constants } = constantsOf("state/System.sol");
  const parameters = system.PARAMETERS.map((name) => name.replace(SHOUTED, "$&_").toUpperCase());
  const expected = Object.fromEntries(parameters.map((name, i) => [name, BASE_FEE! + i]));
  expect(BASE_FEE).toBe(8);
  expect({ ...system, ...expected }).toMatchObject(constants);
});
