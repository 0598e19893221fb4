import { expect, test } from "vitest";
import { run } from "./commandLine.ts";

const COMMANDS = [
  "devnet",
  "sequencer",
  "verifier",
  "bridge",
  "bridge deposit",
  "bridge withdraw",
  "bridge status",
  "bridge finalize",
  "send",
  "trace",
  "receipt create",
  "receipt verify",
  "snapshot verify",
  "escape",
  "store repair",
];

test.concurrent.for(COMMANDS)(
  "tributary %s --help explains the command and shows an example",
  async (name, { expect }) => {
    const { code, stdout, stderr } = await run([...name.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: tributary ${name}`);
    expect(stdout).toMatch(/Examples?:\n {2}.*tributary /);
    expect(stdout).toContain(`tributary ${name}`);
  },
);

test("tributary --help names every command, where to start, and the exit codes", async () => {
  const { code, stdout } = await run(["--help"]);
  expect(code).toBe(0);
  for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name.split(" ")[0]}\\b`, "m"));
  expect(stdout).toContain("tributary devnet");
  expect(stdout).toMatch(/Exit codes: 0 .*1 .*2 .*3 /);
});

test("tributary --version says the version and nothing else", async () => {
  expect(await run(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n", stderr: "" });
});
