// A worker thread begins with JavaScript: this file brings TypeScript, then the worker itself.
import { workerData } from "node:worker_threads";
import { load } from "./load.mjs";

await load(workerData);
