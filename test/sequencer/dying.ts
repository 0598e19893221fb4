import type { Operation, Store } from "../../runtime/store/store.ts";

/** A store whose process ends at its `k`-th write: before it or just after it, and nothing is written from then on. */
export function dyingAt(k: number, moment: "before" | "after") {
  let writes = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    async write(operations: Operation[], options?: { sync?: boolean }): Promise<void> {
      writes++;
      if (writes === k && moment === "after") await store.write(operations, options);
      if (writes >= k) throw new Error("the process died");
      await store.write(operations, options);
    },
  });
  return { wrap, died: () => writes >= k };
}
