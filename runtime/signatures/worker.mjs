// Worker threads do not inherit the loader of TypeScript: this file brings it, then the worker itself.
import { register } from "tsx/esm/api";

register();
await import("./recoverWorker.ts");
