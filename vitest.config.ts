import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/buildContracts.ts"],
    setupFiles: ["test/support/setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    // A real chain runs beside many suites; two at a time is what two cores carry.
    maxWorkers: 2,
    reporters: ["default", "./test/support/closingLine.ts"],
  },
});
