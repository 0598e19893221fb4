import { afterEach, describe, expect, test } from "vitest";
import { nativeRecover } from "../../runtime/signatures/nativeRecover.ts";
import { RecoverPool } from "../../runtime/signatures/recoverPool.ts";
import { PEOPLE, root, signHash } from "../support/world.ts";

const pools: RecoverPool[] = [];
function createPool(worker?: URL): RecoverPool {
  const pool = new RecoverPool(worker);
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

const request = (i: number) => {
  const person = PEOPLE[i % PEOPLE.length]!;
  return { hash: root(i), signature: signHash(root(i), person), address: person.address };
};

describe("recovery in a worker", () => {
  test("answers each request with its own signer, whatever the order and the number", async () => {
    const pool = createPool();
    const requests = Array.from({ length: 3_000 }, (_, i) => request(i));
    const answers = await Promise.all(
      requests.map(async ({ hash, signature }, i) => {
        if (i % 500 === 0) await new Promise(setImmediate);
        return pool.recover(hash, signature);
      }),
    );
    expect(answers.every((answer, i) => Buffer.compare(answer!, requests[i]!.address) === 0)).toBe(true);
  });

  test("gives undefined for what is no signature, among others that are", async () => {
    const pool = createPool();
    const { hash, signature, address } = request(1);
    const broken = [new Uint8Array(64), new Uint8Array(64).fill(0xff), signature];
    const answers = await Promise.all(broken.map((each) => pool.recover(hash, each)));
    expect(answers).toEqual([undefined, undefined, address]);
    expect(broken.map((each) => nativeRecover(hash, each))).toEqual(answers);
  });

  test("leaves the caller's bytes alone", async () => {
    const pool = createPool();
    const { hash, signature } = request(2);
    const before = [hash.slice(), signature.slice()];
    await pool.recover(hash, signature);
    expect([hash, signature]).toEqual(before);
  });

  test.each([
    ["throws", "throw new Error('out of order')", "the thread for signatures broke"],
    ["ends", "process.exit(3)", "ended with status 3"],
  ])("rejects what waits and what comes later when the worker %s", async (_, code, message) => {
    const worker = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { ${code}; });`;
    const pool = createPool(new URL(`data:text/javascript,${encodeURIComponent(worker)}`));
    const { hash, signature } = request(3);
    const waiting = [pool.recover(hash, signature), pool.recover(hash, signature)];
    for (const answer of await Promise.allSettled(waiting)) {
      expect(answer).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining(message) } });
    }
    await expect(pool.recover(hash, signature)).rejects.toThrow(message);
    await expect(pool.done).rejects.toThrow(message);
  });

  test("rejects with `stopped` what waits at its end, and what comes after", async () => {
    const pool = createPool();
    const { hash, signature } = request(4);
    const waiting = pool.recover(hash, signature);
    const closing = pool.close();
    await expect(waiting).rejects.toMatchObject({ code: "stopped" });
    await closing;
    await expect(pool.recover(hash, signature)).rejects.toMatchObject({ code: "stopped" });
    await pool.done;
  });
});
