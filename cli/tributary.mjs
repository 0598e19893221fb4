#!/usr/bin/env node
// The `tributary` command. There is no build step: docs/decisions/0013.
import { load } from "../runtime/load.mjs";

await load("main");
