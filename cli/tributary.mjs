#!/usr/bin/env node
// The `tributary` command. TypeScript is loaded as it stands: there is no build step (docs/decisions/0002).
import { register } from "tsx/esm/api";

register();
await import("./main.ts");
