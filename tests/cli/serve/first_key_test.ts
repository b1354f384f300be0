import assert from "node:assert/strict";
import { addressForOthers } from "../../../src/cli/serve/address_for_others.ts";
import { handOutHint, showFirstKey } from "../../../src/cli/serve/first_key.ts";
import { ownAddress } from "../../../src/cli/serve/own_address.ts";
import { loadConfig } from "../../../src/config/load_config.ts";
import { selfSigned } from "../../../src/daemon/tls/self_signed.ts";
import { formOf } from "../../../src/keys/key_text.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { testUnless } from "../../support/left_out.ts";
import { runPollux, startCommand } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const API_KEY = "planted-gateway-key";

function configOf(server: Record<string, unknown>, apiKey = "") {
  const env = (name: string) => name === "POLLUX_AUTH_API_KEY" && apiKey ? apiKey : undefined;
  return loadConfig({ env, flags: { server } });
}

/** What `serve` says with these settings, to a user who is there or not. */
async function start(server: Record<string, unknown>, { isThere = true, apiKey = "" } = {}) {
  using store = await openStore({ memory: true });
  const { config } = await configOf(server, apiKey);
  const { terminal, out } = fakeTerminal(isThere ? { response: true } : {});
  const isMade = await showFirstKey(config, { store, terminal });
  const first = out.join("\n");
  assert.equal(await showFirstKey(config, { store, terminal }), false);
  assert.equal(out.join("\n"), first, "The second start makes no key");
  return { out: first, isMade, revision: await store.clientKeys.revision() };
}

Deno.test("serve makes one key at a terminal if others can reach it, and shows it", async () => {
  const { out, isMade, revision } = await start({ host: "0.0.0.0" });
  assert.equal(formOf(/^ {2}(plx_\S+)$/m.exec(out)?.[1] ?? ""), "key");
  assert.equal(isMade, true);
  assert.equal(revision, 1n);
});

Deno.test("serve makes no key on loopback, or with a key; without a terminal it names the command", async () => {
  const nothing = { out: "", isMade: false, revision: 0n };
  assert.deepEqual(await start({ host: "127.0.0.1" }), nothing);
  // A proxy on this machine: serve starts, refuses every request, and warns.
  assert.deepEqual(await start({ allowed_hosts: ["gateway.example"] }), nothing);
  assert.deepEqual(await start({ host: "0.0.0.0" }, { apiKey: API_KEY }), nothing);
  await assert.rejects(start({ host: "0.0.0.0" }, { isThere: false }), {
    name: "ConfigError",
    message: /server\.host is "0\.0\.0\.0".*start it again: pollux keys create NAME$/,
  });
});

Deno.test("A service or container whose gateway others reach does not start before it has a key", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  for (const host of ["0.0.0.0", "::"]) {
    const { code, stdout, stderr } = await runPollux(
      ["serve", "--host", host, "--port", "0"],
      options,
    );
    assert.equal(code, 1, stdout);
    assert.match(stderr, /^Error: Others can reach this gateway.*pollux keys create NAME/m);
    assert.doesNotMatch(stdout, /plx_|listens/);
  }
  assert.equal((await runPollux(["keys", "create", "ada"], options)).code, 0);
  await using gateway = await startCommand(["serve", "--host", "0.0.0.0", "--port", "0"], {
    ...options,
    address: /^Pollux listens on (http:\/\/0\.0\.0\.0:\d+)$/m,
  });
  assert.match(await gateway.printed(/^Clients need.*$/m), /because a client key was made/);
  gateway.signal("SIGTERM");
  assert.equal((await gateway.ended).code, 0);
});

Deno.test("The address for others is the public URL, else a name or address that the gateway accepts", async () => {
  async function addressOf(
    server: Record<string, unknown>,
    { urls, certHosts, own = "192.0.2.7" }: {
      readonly urls: readonly string[];
      readonly certHosts?: readonly string[];
      readonly own?: string | undefined;
    },
  ) {
    const { config } = await configOf(server);
    const tls = certHosts && { pair: selfSigned(certHosts) };
    const address = addressForOthers({ config, tls, urls, ownAddress: own });
    return handOutHint(address, config).replace("Give the key to others with the address ", "");
  }
  const any = { host: "0.0.0.0" };
  const http = { urls: ["http://0.0.0.0:41234"] };
  assert.equal(await addressOf(any, http), "http://192.0.2.7:41234");
  assert.equal(
    await addressOf({ host: "::" }, { urls: ["http://[::]:8045"] }),
    "http://192.0.2.7:8045",
  );
  assert.equal(
    await addressOf({ host: "fd00::2" }, { urls: ["http://[fd00::2]:8045"] }),
    "http://[fd00::2]:8045",
  );
  const named = { ...any, allowed_hosts: ["gemini.example"] };
  assert.equal(await addressOf(named, http), "http://gemini.example:41234");
  const both = { urls: ["http://0.0.0.0:80", "https://0.0.0.0:443"] };
  assert.equal(
    await addressOf(named, { ...both, certHosts: ["gemini.example"] }),
    "https://gemini.example",
  );
  // The name that the certificate has comes before one that it lacks.
  const two = { ...any, allowed_hosts: ["a.example", "b.example"] };
  assert.equal(
    await addressOf(two, { urls: ["https://0.0.0.0:8443"], certHosts: ["b.example"] }),
    "https://b.example:8443",
  );
  const url = "https://gemini.example/pollux";
  assert.equal(await addressOf({ ...named, public_url: url }, http), url);
  assert.match(
    await addressOf({ ...any, public_url: url }, http),
    /\/pollux\. Add "gemini\.example" to server\.allowed_hosts, unless a proxy/,
  );
  const { config } = await configOf(any);
  const unknown = addressForOthers({ config, tls: undefined, ...http, ownAddress: undefined });
  assert.match(
    handOutHint(unknown, config),
    /address of this machine in your network, and the port/,
  );
});

const OWN = await ownAddress();

testUnless(
  OWN === undefined ? { reason: "no network but loopback" } : undefined,
  "A client reaches the gateway by the address for others, with http and https",
  async () => {
    const { config } = await configOf({ host: "0.0.0.0" });
    for (const flags of [[], ["--tls-self-signed"]]) {
      using folder = tempFolder();
      const dataDir = `${folder.path}/data`;
      const isSecure = flags.length > 0;
      await using gateway = await startCommand(
        ["serve", "--host", "0.0.0.0", "--port", "0", ...flags],
        {
          dataDir,
          env: { POLLUX_AUTH_API_KEY: API_KEY },
          address: /^Pollux listens on (https?:\/\/0\.0\.0\.0:\d+)$/m,
        },
      );
      await gateway.printed(/^Clients need/m);
      const cert = isSecure ? await Deno.readTextFile(`${dataDir}/self-signed.pem`) : "";
      const tls = isSecure ? { pair: { cert, key: "" } } : undefined;
      const url = addressForOthers({ config, tls, urls: [gateway.address], ownAddress: OWN });
      assert.ok(url?.startsWith(isSecure ? "https://" : "http://"));
      using client = Deno.createHttpClient({ caCerts: [cert].filter((text) => text !== "") });
      // 400: past the checks, there is no account.
      for (const [headers, status] of [[{}, 401], [{ "x-goog-api-key": API_KEY }, 400]] as const) {
        const response = await fetch(`${url}/v1beta/models`, { headers, client });
        const text = await response.text();
        assert.equal(response.status, status, text);
      }
    }
  },
);
