import assert from "node:assert/strict";
import { join } from "node:path";
import { type FolderLocation, openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";

function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** A data folder, a key of the user's and a folder of credentials, side by side. */
function placesIn(path: string) {
  const credentialsDirectory = join(path, "credentials");
  Deno.mkdirSync(credentialsDirectory, { mode: 0o700 });
  return {
    dataDir: join(path, "data"),
    masterKeyFile: join(path, "master.key"),
    credentialsDirectory,
    credential: join(credentialsDirectory, "pollux-master-key"),
  };
}

async function add(location: FolderLocation): Promise<void> {
  using store = await openStore(location);
  await store.accounts.insert({ id: "1", name: "one", fields: {}, secret: "secret" });
}

async function secretIn(location: FolderLocation): Promise<string | undefined> {
  using store = await openStore(location);
  return (await store.accounts.find("one"))?.secret;
}

Deno.test("openStore() takes the user's key file before the service manager's, and that before its own", async () => {
  using folder = tempFolder();
  const { dataDir, masterKeyFile, credentialsDirectory, credential } = placesIn(folder.path);
  const [masterKey, credentialKey] = [newKey(), newKey()];
  Deno.writeFileSync(masterKeyFile, masterKey, { mode: 0o600 });
  Deno.writeFileSync(credential, credentialKey, { mode: 0o400 });

  await add({ dataDir, masterKeyFile, credentialsDirectory });
  assert.equal(await secretIn({ dataDir, masterKeyFile }), "secret");
  const misfit = { name: "StoreError", message: /is the wrong one/ };
  await assert.rejects(openStore({ dataDir, credentialsDirectory }), misfit);

  await add({ dataDir: join(folder.path, "second"), credentialsDirectory });
  const second = { dataDir: join(folder.path, "second"), masterKeyFile: "" };
  assert.equal(await secretIn({ ...second, credentialsDirectory }), "secret");

  for (const [path, key] of [[masterKeyFile, masterKey], [credential, credentialKey]] as const) {
    assert.deepEqual(Deno.readFileSync(path), key);
  }
  for (const { dataDir: path } of [{ dataDir }, second]) {
    assert.throws(() => Deno.statSync(join(path, "pollux.key")), Deno.errors.NotFound);
  }
});

Deno.test("openStore() makes its own key where the service manager hands out only other credentials", async () => {
  using folder = tempFolder();
  const { dataDir, credentialsDirectory } = placesIn(folder.path);
  Deno.writeTextFileSync(join(credentialsDirectory, "other"), "x");
  await add({ dataDir, credentialsDirectory });
  assert.equal(await secretIn({ dataDir }), "secret");
});

Deno.test("openStore() refuses a user's key file that is missing or damaged, and makes none", async () => {
  using folder = tempFolder();
  const { dataDir, masterKeyFile } = placesIn(folder.path);
  await assert.rejects(openStore({ dataDir, masterKeyFile }), (error: Error) => {
    assert.equal(error.name, "StoreError");
    assert.ok(error.message.includes(`"${masterKeyFile}" cannot be read: it does not exist;`));
    assert.match(error.message, /openssl rand -out/);
    return true;
  });
  assert.throws(() => Deno.statSync(masterKeyFile), Deno.errors.NotFound);
  assert.throws(() => Deno.statSync(join(dataDir, "pollux.key")), Deno.errors.NotFound);
  for (const size of [0, 31, 33, 1000]) {
    Deno.writeFileSync(masterKeyFile, new Uint8Array(size), { mode: 0o600 });
    await assert.rejects(openStore({ dataDir, masterKeyFile }), {
      name: "StoreError",
      message: new RegExp(`damaged \\(${size} bytes instead of 32\\)`),
    });
  }
  Deno.writeFileSync(masterKeyFile, newKey());
  await add({ dataDir, masterKeyFile });
});

testUnless(
  ON_WINDOWS,
  "openStore() refuses a key file that others may read; the group only a service manager's",
  async () => {
    using folder = tempFolder();
    const { dataDir, masterKeyFile, credentialsDirectory, credential } = placesIn(folder.path);
    const key = newKey();
    Deno.writeFileSync(masterKeyFile, key);
    Deno.writeFileSync(credential, key);
    const user = { dataDir, masterKeyFile };
    const manager = { dataDir, credentialsDirectory };
    const named = { ...manager, masterKeyFile: credential };
    const cases: readonly (readonly [FolderLocation, string, number, boolean])[] = [
      [user, masterKeyFile, 0o400, true],
      [user, masterKeyFile, 0o600, true],
      [user, masterKeyFile, 0o440, false],
      [user, masterKeyFile, 0o604, false],
      [manager, credential, 0o400, true],
      // What systemd's files look like, whose access list lets the service's user in.
      [manager, credential, 0o440, true],
      [manager, credential, 0o444, false],
      [manager, credential, 0o460, false],
      // As with Environment=POLLUX_MASTER_KEY_FILE=%d/pollux-master-key.
      [named, credential, 0o440, true],
      [named, credential, 0o444, false],
    ];
    for (const [location, path, mode, isTaken] of cases) {
      Deno.chmodSync(path, mode);
      const opening = openStore(location).then((store) => store.close());
      if (isTaken) await opening;
      else {
        await assert.rejects(opening, (error: Error) => {
          assert.ok(error.message.includes(`chmod 600 "${path}"`), error.message);
          return true;
        }, `${path} ${mode.toString(8)}`);
      }
    }
  },
);
