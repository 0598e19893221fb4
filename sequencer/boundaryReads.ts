/** Reads that wait for a moment at which the state is exactly the head's, and the log has the head. */
interface Waiting {
  run(): void;
  reject(error: unknown): void;
}

export class BoundaryReads {
  #waiting: Waiting[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Runs `read` now, or at the next `run`. */
  add<T>(read: () => T, isNow: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(read());
        } catch (error) {
          reject(error);
        }
      };
      if (isNow) run();
      else this.#waiting.push({ run, reject });
    });
  }

  run(): void {
    for (const { run } of this.#waiting.splice(0)) run();
  }

  rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
