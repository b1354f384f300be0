import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "plist";
import { launchdPlist, type PlistOptions } from "../../src/service/launchd_plist.ts";
import { MARKER, type ServiceSubject } from "../../src/service/service_subject.ts";
import { ADA, posixPath, posixSubject } from "../support/subjects.ts";

/** Keys that launchd.plist(5) documents, with their types there. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  Label: "string",
  ProgramArguments: "array of strings",
  UserName: "string",
  EnvironmentVariables: "dictionary of strings",
  RunAtLoad: "boolean",
  KeepAlive: "boolean or dictionary of stuff",
  ThrottleInterval: "integer",
  ExitTimeOut: "integer",
  ProcessType: "string",
  SoftResourceLimits: "dictionary of integers",
  Umask: "integer",
  StandardOutPath: "string",
  StandardErrorPath: "string",
};

const AGENT: PlistOptions = { logFile: "/Users/ada/Library/Logs/pollux.log", userName: undefined };
const DAEMON: PlistOptions = { ...AGENT, userName: "ada" };

/** The property list as another library reads it. */
function read(subject: ServiceSubject, options: PlistOptions): Record<string, unknown> {
  const value = parse(launchdPlist(subject, options));
  assert.ok(typeof value === "object" && value !== null);
  return Object.fromEntries(Object.entries(value));
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) {
    assert.ok(value.every((item) => typeof item === "string"));
    return "array of strings";
  }
  if (typeof value === "number") {
    assert.ok(Number.isInteger(value));
    return "integer";
  }
  return typeof value === "object" ? "dictionary" : typeof value;
}

Deno.test("launchdPlist() uses only keys that launchd documents, with their types", () => {
  for (const options of [AGENT, DAEMON]) {
    const job = read({ ...ADA, masterKeyFile: "/Volumes/Keys/key" }, options);
    for (const [key, value] of Object.entries(job)) {
      const documented = DOCUMENTED[key];
      assert.ok(documented !== undefined, `${key} is not documented`);
      assert.ok(documented.includes(typeOf(value)), `${key} is a ${typeOf(value)}`);
    }
  }
});

Deno.test("launchdPlist() restarts what failed, waits for calls, and closes files to others", () => {
  const job = read(ADA, AGENT);
  assert.deepEqual(job.KeepAlive, { SuccessfulExit: false });
  assert.equal(job.RunAtLoad, true);
  assert.equal(job.ThrottleInterval, 10);
  assert.equal(job.ExitTimeOut, ADA.stopSeconds);
  assert.equal(job.ProcessType, "Interactive");
  assert.equal(job.Umask, 0o077);
  assert.equal(job.StandardErrorPath, AGENT.logFile);
});

Deno.test("launchdPlist() names the user of a daemon, and none for an agent", () => {
  assert.equal("UserName" in read(ADA, AGENT), false);
  assert.equal(read(ADA, DAEMON).UserName, "ada");
});

Deno.test("launchdPlist() hands on where the key is, if it is elsewhere", () => {
  assert.equal("EnvironmentVariables" in read(ADA, AGENT), false);
  assert.deepEqual(
    read({ ...ADA, masterKeyFile: "/Volumes/Keys/key" }, AGENT).EnvironmentVariables,
    {
      POLLUX_MASTER_KEY_FILE: "/Volumes/Keys/key",
    },
  );
});

Deno.test("launchdPlist() says every path so that it reads back the same", () => {
  assert.ok(launchdPlist(ADA, AGENT).includes(MARKER));
  fc.assert(fc.property(posixSubject, posixPath, (subject, logFile) => {
    const { executable, configFile, dataDir } = subject;
    const job = read(subject, { ...AGENT, logFile });
    assert.deepEqual(
      job.ProgramArguments,
      [executable, "serve", "--config", configFile, "--data-dir", dataDir],
    );
    assert.equal(job.StandardErrorPath, logFile);
  }));
});
