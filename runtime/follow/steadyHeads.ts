/**
 * The host's heads without the steps back that a load balancer makes: its nodes are not all at the same block. A shorter chain
 * counts only when the host insists on it.
 */
import { TributaryError } from "../errors.ts";
import type { HostHeads } from "../host/heads.ts";
import type { HostReader } from "../host/hostReader.ts";

/** Answers from a lower block, one after the other, that are taken for a chain that is shorter now. */
const INSISTENCE = 5;

export class SteadyHeads {
  readonly #reader: Pick<HostReader, "heads">;
  #highest = 0;
  #lower = 0;

  constructor(reader: Pick<HostReader, "heads">) {
    this.#reader = reader;
  }

  /** Throws `host-reorged` when the host answers from a block below one that it has shown. */
  async read(): Promise<HostHeads> {
    const heads = await this.#reader.heads();
    const { number } = heads.latest;
    if (number < this.#highest && ++this.#lower < INSISTENCE) {
      throw new TributaryError(
        "host-reorged",
        `the host answers from block ${number}, after it was at ${this.#highest}`,
      );
    }
    this.#lower = 0;
    this.#highest = number;
    return heads;
  }
}
