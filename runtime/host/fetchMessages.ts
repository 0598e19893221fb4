/** Messages between the thread that fetches and its owner. */

/** A request, or `undefined` in its place: nobody waits for it any more. */
export interface FetchOrder {
  id: number;
  request?: { url: string; method: string; headers: Record<string, string>; body: string };
}

/** What came back, or why nothing did. */
export interface FetchAnswer {
  id: number;
  response?: { status: number; statusText: string; headers: [string, string][]; body: string };
  /** Of the error that `fetch` threw. */
  failure?: string;
}
