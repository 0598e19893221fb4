/** The host is out of reach: the sequencer goes on to its bound, says `busy`, and catches up. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { VerifierNode } from "../../prover/service.ts";
import { Devnet, type Running, send, sendMany } from "../support/devnet.ts";
import { type HostProxy, startHostProxy } from "../support/hostProxy.ts";
import { transfer } from "../support/transfer.ts";
import { until } from "../support/until.ts";
import { alice } from "../support/world.ts";

let devnet: Devnet;
let verifier: Running<VerifierNode>;
let host: HostProxy;
let hostRpcUrl: string;

/** A way to the host that can be closed. */
beforeAll(async () => {
  devnet = await Devnet.start();
  verifier = await devnet.verifier();
  host = await startHostProxy(devnet.host.rpcUrl);
  hostRpcUrl = host.url;
  await devnet.deposit(alice);
});
afterAll(async () => {
  await devnet.stop();
  await host.stop();
});
afterEach(() => {
  host.isOpen = true;
});

const BOUND = 3_000;

describe("a sequencer without its host", () => {
  test("accepts up to the bound of bytes, then is busy, and catches up when the host is back", async () => {
    const sequencer = await devnet.sequencer({ hostRpcUrl, maxUnpostedBytes: BOUND, blockTimeMs: 5 });
    await devnet.accounts(sequencer, 1);
    await devnet.agreement(sequencer, verifier);
    host.isOpen = false;
    let accepted = 0;
    const busy = await until("busy", async () => {
      try {
        await send(sequencer, transfer(0, 0), alice);
        accepted++;
        return undefined;
      } catch (error) {
        return error as { code: string };
      }
    });
    expect(busy).toMatchObject({ code: "busy", retryable: true });
    expect(accepted).toBeGreaterThan(10);
    expect(sequencer.syncStatus().unpostedBytes).toBeGreaterThan(BOUND);
    expect(sequencer.failure()).toBeUndefined();
    host.isOpen = true;
    await until("no longer busy", () => sequencer.syncStatus().unpostedBytes < BOUND);
    await send(sequencer, transfer(0, 0), alice);
    await devnet.agreement(sequencer, verifier);
    expect(sequencer.pendingNonce(0)).toBe(accepted + 1);
    await sequencer.stop();
  });

  test("is busy when its oldest block has waited too long, although the host's clock stands", async () => {
    const sequencer = await devnet.sequencer({ hostRpcUrl, maxUnpostedSeconds: 1, batchMaxAgeSeconds: 10 ** 9 });
    await until("the chain", () => sequencer.chain.state.accounts.length === 1);
    await sendMany(sequencer, transfer(0, 0), alice, 3);
    host.isOpen = false;
    const refused = await until("busy", () =>
      send(sequencer, transfer(0, 0), alice).then(
        () => undefined,
        (error: { code: string; message: string }) => error,
      ),
    );
    expect(refused).toMatchObject({ code: "busy", message: expect.stringContaining("waited") });
    await sequencer.stop();
  });

  test("stops without it", async () => {
    const sequencer = await devnet.sequencer({ hostRpcUrl });
    await send(sequencer, transfer(0, 0), alice);
    host.isOpen = false;
    await sequencer.stop();
  });

  test("does not start, and says why", async () => {
    host.isOpen = false;
    await expect(devnet.sequencer({ hostRpcUrl })).rejects.toMatchObject({ code: "host-unreachable" });
  });
});
