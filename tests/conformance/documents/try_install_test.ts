import assert from "node:assert/strict";
import { InstallError, tryInstall, whyItFailed } from "./try_install.ts";

function fail(): Promise<never> {
  return Promise.reject(new InstallError("no network"));
}

Deno.test("tryInstall() gives what an install gave, or the reason why it failed", async () => {
  const folder = () => Promise.resolve("/folder");
  assert.deepEqual(await tryInstall("some clients", folder), { installed: "/folder" });
  const missing = { name: "other clients", reason: "no network" };
  assert.deepEqual(await tryInstall("other clients", fail), { missing });
});

Deno.test("tryInstall() does not try again in one run what failed in it", async () => {
  const name = `clients of ${crypto.randomUUID()}`;
  let tries = 0;
  for (let time = 0; time < 3; time++) {
    const result = await tryInstall(name, () => {
      tries++;
      return fail();
    });
    assert.deepEqual(result, { missing: { name, reason: "no network" } });
  }
  assert.equal(tries, Deno.env.has("TEST_SCRATCH") ? 1 : 3);
});

Deno.test("tryInstall() rejects where it is not the install that failed", async () => {
  await assert.rejects(
    tryInstall("clients", () => Promise.reject(new TypeError("a bug"))),
    TypeError,
  );
});

Deno.test("whyItFailed() finds the error in what npm, pip and others say", () => {
  const npm = `npm error code ECONNREFUSED
npm error syscall connect
npm error FetchError: request to http://registry.test/zod failed, reason: connect ECONNREFUSED
npm error     at ClientRequest.<anonymous> (index.js:130:14)
npm error
npm error A complete log of this run can be found in: /home/a/.npm/_logs/debug-0.log
`;
  assert.match(whyItFailed(npm), /^npm error FetchError: request to http:\S+ failed, reason: /);
  const pip =
    `WARNING: Retrying after connection broken by 'NewConnectionError('Connection refused')'
ERROR: Could not find a version that satisfies the requirement a==1 (from versions: none)
ERROR: No matching distribution found for a==1`;
  assert.match(whyItFailed(pip), /^ERROR: Could not find a version/);
  assert.equal(
    whyItFailed("[INFO] a\n[ERROR] Failed to execute goal\n[INFO] b"),
    "[ERROR] Failed to execute goal",
  );
  assert.equal(whyItFailed("go: a\ngo: b: dial tcp: refused\n"), "go: b: dial tcp: refused");
  assert.equal(whyItFailed(""), "");
});
