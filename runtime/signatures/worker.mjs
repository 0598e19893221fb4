// A worker thread begins with JavaScript: this file brings TypeScript, then the worker itself.
import { load } from "../load.mjs";

await load("recoverWorker");
