import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { encodeAbiParameters } from "viem";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import { configHash, HOST_CONSTANTS, requireSameConstants } from "../../runtime/host/constants.ts";

const HASH = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("names and order are those of Params.sol", async () => {
  const source = await readFile(new URL("../../contracts/src/Params.sol", import.meta.url), "utf8");
  const names = [...source.matchAll(/constant (\w+) =/g)].map(([, name]) => name);
  expect(HOST_CONSTANTS.map(([name]) => name)).toEqual(names);
});

test("the config hash is that of the ABI encoding", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })), HASH, (values, codeHash) => {
      const encoded = encodeAbiParameters([{ type: "uint256[]" }, { type: "bytes32" }], [values, toHex(codeHash)]);
      expect(toHex(configHash(values, codeHash))).toBe(toHex(keccak256(fromHex(encoded))));
    }),
  );
});

test("each constant that differs is named", () => {
  const challengeWindow = 3_600;
  const constants = [...HOST_CONSTANTS.map(([, value]) => BigInt(value)), BigInt(challengeWindow)];
  const transitionCodeHash = new Uint8Array(32).fill(7);
  const hashOf = (values: bigint[]) => configHash(values, transitionCodeHash);
  const deployed = { constants, challengeWindow, transitionCodeHash, configHash: hashOf(constants) };
  requireSameConstants(deployed, HOST_CONSTANTS, toHex(transitionCodeHash));
  expect(() => requireSameConstants(deployed)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ constant: "transition" }) }),
  );
  HOST_CONSTANTS.forEach(([constant], i) => {
    const others = constants.with(i, constants[i]! + 1n);
    const other = { constants: others, challengeWindow, transitionCodeHash, configHash: hashOf(others) };
    expect(() => requireSameConstants(other)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ constant }) }),
    );
  });
});
