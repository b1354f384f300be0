import assert from "node:assert/strict";
import { InstallError, tryInstall } from "./try_install.ts";

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
