/** Progress and tables for people. */

/** Prints a line when a step is done, with the time it took; on a terminal also while it runs. */
export class Progress {
  readonly #start = performance.now();
  #line = "";

  /** Runs `work` as a step called `what`; `work` may report how far it is. */
  async step<T>(
    what: string,
    work: (report: (status: string) => void) => Promise<T>,
    done: (result: T) => string = () => "",
  ): Promise<T> {
    const began = performance.now();
    this.#show(`  ... ${what}`);
    const result = await work((status) => this.#show(`  ... ${what}: ${status}`));
    const seconds = ((performance.now() - began) / 1_000).toFixed(1).padStart(6);
    const detail = done(result);
    this.#clear();
    console.log(`${seconds} s  ${what}${detail === "" ? "" : `: ${detail}`}`);
    return result;
  }

  note(text: string): void {
    this.#clear();
    console.log(text);
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  #show(text: string): void {
    if (!process.stdout.isTTY) return;
    this.#clear();
    this.#line = text.slice(0, (process.stdout.columns ?? 80) - 1);
    process.stdout.write(this.#line);
  }

  #clear(): void {
    if (this.#line !== "") process.stdout.write(`\r${" ".repeat(this.#line.length)}\r`);
    this.#line = "";
  }
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const isNumber = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((width) => "-".repeat(width)).join("  "), ...cells.slice(1).map(line)].join("\n");
}
