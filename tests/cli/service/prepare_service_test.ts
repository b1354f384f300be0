import assert from "node:assert/strict";
import { prepareService } from "../../../src/cli/service/prepare_service.ts";
import type { ServiceTarget } from "../../../src/cli/service/service_target.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";

const HAS_MODES = Deno.build.os !== "windows";

function targetIn(
  folder: string,
  scope: ServiceTarget["scope"],
): Pick<ServiceTarget, "system" | "scope" | "places"> {
  return {
    system: "linux",
    scope,
    places: {
      definition: `${folder}/pollux.service`,
      configFile: `${folder}/etc/pollux/config.yaml`,
      dataDir: `${folder}/var/lib/pollux`,
      masterKeyFile: `${folder}/etc/credstore/pollux-master-key`,
      logFile: undefined,
      userName: undefined,
    },
  };
}

function modeOf(path: string): string {
  return ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
}

testUnless(
  ON_WINDOWS,
  "prepareService() makes the system's key for root only and its configuration for all to read",
  async () => {
    using folder = tempFolder();
    const target = targetIn(folder.path, "system");
    await prepareService(target);
    const { configFile, dataDir, masterKeyFile = "" } = target.places;
    assert.equal(modeOf(masterKeyFile), "600");
    assert.equal(modeOf(`${folder.path}/etc/credstore`), "700");
    assert.equal(modeOf(configFile), "644");
    const key = Deno.readFileSync(masterKeyFile);
    assert.equal(key.length, 32);
    await assert.rejects(Deno.stat(dataDir), Deno.errors.NotFound);

    await prepareService(target);
    assert.deepEqual(Deno.readFileSync(masterKeyFile), key);
  },
);

Deno.test("prepareService() leaves a user's key to the user, and says what it cannot make", async () => {
  using folder = tempFolder();
  const target = targetIn(folder.path, "user");
  await prepareService(target);
  assert.ok((await Deno.stat(target.places.dataDir)).isDirectory);
  await assert.rejects(Deno.stat(target.places.masterKeyFile ?? ""), Deno.errors.NotFound);

  Deno.writeTextFileSync(`${folder.path}/file`, "");
  await assert.rejects(
    prepareService({ ...target, places: { ...target.places, dataDir: `${folder.path}/file` } }),
    /^Error: Cannot make ".*file": /,
  );
});

if (HAS_MODES && Deno.uid() === 0) {
  Deno.test("prepareService() called by root gives a user's folder what belongs to the user", async () => {
    const [uid, gid] = [65534, 65534];
    using folder = tempFolder();
    Deno.chownSync(folder.path, uid, gid);
    const target = targetIn(folder.path, "user");
    await prepareService(target);
    for (const path of [target.places.configFile, target.places.dataDir]) {
      assert.equal(Deno.statSync(path).uid, uid, path);
      assert.equal(Deno.statSync(path.replace(/\/[^/]+$/, "")).uid, uid, path);
    }
  });
}
