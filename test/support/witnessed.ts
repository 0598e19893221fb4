/** Someone who keeps all that a sequencer signs, and looks whether what was posted convicts it. */
import type { SignedHeaderView, SoftConfirmationView } from "../../protocol/api.ts";
import { toHex } from "../../protocol/bytes.ts";
import { keccak256 } from "../../protocol/hash.ts";
import type { BatchRecord } from "../../runtime/chain/batches.ts";
import type { HostReader } from "../../runtime/host/hostReader.ts";
import type { NodeView } from "../../runtime/rpc/node.ts";

type Judge = Pick<NodeView, "chain"> & { batches: { byHeight(height: number): Promise<BatchRecord | undefined> } };

type Grounds = Pick<SignedHeaderView, "inboxIndex" | "inboxAcc">;

export class Witnessed {
  readonly confirmations: SoftConfirmationView[] = [];
  readonly headers: SignedHeaderView[] = [];
  readonly #reading = new Set<Promise<void>>();

  /** Everything that the node gives away from now on. */
  watch(node: NodeView): void {
    node.onReceipt(({ softConfirmation }) => {
      if (softConfirmation !== undefined) this.confirmations.push(softConfirmation);
    });
    node.chain.onBlock(({ height }) => {
      const reading = node.signedHeader!(height).then((header) => {
        if (header !== undefined) this.headers.push(header);
      });
      this.#reading.add(reading.finally(() => this.#reading.delete(reading)));
    });
  }

  /** What contradicts itself or the batches that a verifier holds, and rests on the Inbox as the host has it. */
  async contradictions(verifier: Judge, host: HostReader): Promise<string[]> {
    await Promise.all(this.#reading);
    const found: string[] = [];
    const isGrounded = async ({ inboxIndex, inboxAcc }: Grounds): Promise<boolean> => {
      const acc = await host.acc(inboxIndex);
      return acc !== undefined && toHex(acc) === inboxAcc;
    };
    const byPlace = new Map<string, string>();
    for (const header of this.headers) {
      if (!(await isGrounded(header))) continue;
      const place = `header ${header.epoch}/${header.height}`;
      const known = byPlace.get(place);
      if (known !== undefined && known !== JSON.stringify(header)) found.push(`two for ${place}`);
      byPlace.set(place, JSON.stringify(header));
      const batch = await verifier.batches.byHeight(header.height);
      if (batch?.epoch !== header.epoch) continue;
      if (batch.blockCommitments[header.height - batch.firstHeight] !== header.blockCommitment) found.push(place);
    }
    for (const confirmation of this.confirmations) {
      if (!(await isGrounded(confirmation))) continue;
      const { epoch, height, contentLength, contentHash } = confirmation;
      const batch = await verifier.batches.byHeight(height);
      if (batch?.epoch !== epoch) continue;
      const { content } = (await verifier.chain.log.block(height))!;
      const isKept =
        content.length >= contentLength && toHex(keccak256(content.subarray(0, contentLength))) === contentHash;
      if (!isKept) found.push(`confirmation ${epoch}/${height}`);
    }
    return found;
  }
}
