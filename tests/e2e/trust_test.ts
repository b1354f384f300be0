/** Whom Pollux trusts, and what it says of a certificate that it does not. @module */
import assert from "node:assert/strict";
import { handIn } from "../support/hand_in.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { call } from "../support/gemini_call.ts";
import { startHttpProxy } from "../support/proxy_server.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE } from "../support/test_certificate.ts";
import { RESPONSE } from "../support/test_upstream.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";

/** Nothing of what this machine itself trusts besides. */
const NOBODY = {
  DENO_CERT: "",
  DENO_TLS_CA_STORE: "",
  SSL_CERT_FILE: "",
  SSL_CERT_DIR: "",
  NODE_EXTRA_CA_CERTS: "",
  ...Object.fromEntries(
    ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
      [name, ""],
      [name.toLowerCase(), ""],
    ]),
  ),
};

/** A Google on TLS, whose tokens come from it, too. */
function startSecureGoogle() {
  let asked = 0;
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, ...SERVER_CERTIFICATE };
  const server = Deno.serve(options, async (request) => {
    await request.body?.cancel();
    asked++;
    return request.url.endsWith("/token")
      ? Response.json({ access_token: "planted-token", expires_in: 3600 })
      : request.url.includes("/models?")
      ? Response.json({ models: [] })
      : Response.json(RESPONSE);
  });
  return {
    url: `https://127.0.0.1:${server.addr.port}`,
    get asked() {
      return asked;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function addAccounts(dataDir: string, url: string): Promise<void> {
  const file = handIn(dataDir.replace(/\/data$/, ""), {
    name: "user.json",
    text: JSON.stringify({
      type: "authorized_user",
      client_id: "client-id",
      client_secret: "planted-secret",
      refresh_token: "planted-refresh",
      token_uri: `${url}/token`,
    }),
  });
  const vertex = ["--credentials", file, "--project", "my-project", "--location", "us-central1"];
  for (
    const words of [["gemini-api", "keyed", "--key-env", "KEY"], ["vertex", "signed", ...vertex]]
  ) {
    const added = await runPollux(["accounts", "add", ...words, "--base-url", url], {
      dataDir,
      env: { ...NOBODY, KEY: "planted-key" },
    });
    assert.equal(added.code, 0, added.stderr);
  }
}

const WAYS: Readonly<Record<string, (folder: string) => Promise<Record<string, string>>>> = {
  async "the system's store"(folder) {
    const path = `${folder}/bundle.pem`;
    await Deno.writeTextFile(path, await Deno.readTextFile(AUTHORITY_FILE));
    return { SSL_CERT_FILE: path };
  },
  "network.ca_file": () => Promise.resolve({ POLLUX_NETWORK_CA_FILE: AUTHORITY_FILE }),
  NODE_EXTRA_CA_CERTS: () => Promise.resolve({ NODE_EXTRA_CA_CERTS: AUTHORITY_FILE }),
  DENO_CERT: () => Promise.resolve({ DENO_CERT: AUTHORITY_FILE }),
};

for (const [name, way] of Object.entries(WAYS)) {
  for (const proxied of [false, true]) {
    const how = proxied ? ", through network.proxy" : "";
    Deno.test(`calls, tokens, accounts test and doctor trust ${name}${how}`, async () => {
      using folder = tempFolder();
      const dataDir = `${folder.path}/data`;
      await using google = startSecureGoogle();
      await using proxy = startHttpProxy();
      await addAccounts(dataDir, google.url);
      const env = {
        ...NOBODY,
        ...await way(folder.path),
        ...(proxied ? { POLLUX_NETWORK_PROXY: `http://127.0.0.1:${proxy.port}` } : {}),
      };
      await using gateway = await startGateway({ dataDir, env });
      for (const text of ["one", "two", "three"]) {
        const response = await call(gateway.url, { text });
        assert.equal(response.status, 200, await response.text());
      }
      const tested = await runPollux(["accounts", "test"], { dataDir, env });
      assert.equal(tested.code, 0, tested.stdout + tested.stderr);
      const { stdout } = await runPollux(["doctor"], { dataDir, env });
      assert.doesNotMatch(stdout, /ERROR +(upstream|account|network)/);
      assert.equal(proxy.asked.length > 0, proxied);
    });
  }
}

Deno.test("A certificate that is not trusted costs one attempt, stops no account, and names the cure", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await using google = startSecureGoogle();
  await addAccounts(dataDir, google.url);
  // Each account by itself: one of a key, and one whose tokens come over TLS as well.
  for (const [used, unused] of [["keyed", "signed"], ["signed", "keyed"]] as const) {
    await runPollux(["accounts", "enable", used], { dataDir });
    await runPollux(["accounts", "disable", unused], { dataDir });
    await using gateway = await startGateway({ dataDir, env: NOBODY });
    for (const text of ["one", "two"]) {
      const response = await call(gateway.url, { text });
      const { error } = await response.json();
      assert.equal(response.status, 400, JSON.stringify(error));
      assert.equal(error.status, "FAILED_PRECONDITION");
      assert.match(
        error.message,
        /certificate of 127\.0\.0\.1:\d+ is refused \(UnknownIssuer\): .*network\.ca_file or SSL_CERT_FILE$/,
      );
      assert.equal(response.headers.get("retry-after"), null);
      assert.ok(Number(response.headers.get("x-pollux-attempts") ?? 1) <= 1);
    }
    const { stdout } = await runPollux(["status", "--json"], { dataDir, env: NOBODY });
    const { accounts } = JSON.parse(stdout);
    const row = accounts.find(({ name }: { name: string }) => name === used);
    // An account without a token is no account to prefer.
    assert.equal(row.state === "available", used === "keyed", stdout);
    assert.notEqual(row.isLastResort, false);
    assert.deepEqual(row.models, []);
  }
  assert.equal(google.asked, 0);
  const doctor = await runPollux(["doctor"], { dataDir, env: NOBODY });
  assert.equal(doctor.code, 4);
  assert.match(doctor.stdout, /certificate is not trusted.*\n.*network\.ca_file or SSL_CERT_FILE/);
});

Deno.test("serve and doctor refuse a network.ca_file without a certificate, or none at all", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const empty = `${folder.path}/empty.pem`;
  await Deno.writeTextFile(empty, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const cases = [[empty, /holds no certificate in PEM.*\n?.*[Cc]onvert a DER file/], [
    "/no/such",
    /that network\.ca_file names/,
  ]];
  for (const [path, words] of cases as [string, RegExp][]) {
    const env = { ...NOBODY, POLLUX_NETWORK_CA_FILE: path };
    const served = await runPollux(["serve", "--port", "0"], { dataDir, env });
    assert.equal(served.code, 1);
    assert.match(served.stderr, words);
    const doctor = await runPollux(["doctor"], { dataDir, env });
    assert.equal(doctor.code, 4, doctor.stdout);
    assert.match(doctor.stdout, words);
  }
});

Deno.test("NO_PROXY with a port, in upper case, leads past the variables' proxy and an account's own", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await using google = startSecureGoogle();
  await using proxy = startHttpProxy();
  const port = new URL(google.url).port;
  const url = `https://localhost:${port}`;
  await addAccounts(dataDir, url);
  const own = ["accounts", "edit", "keyed", "--proxy", `http://127.0.0.1:${proxy.port}`];
  assert.equal((await runPollux(own, { dataDir })).code, 0);
  const env = {
    ...NOBODY,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    POLLUX_NETWORK_CA_FILE: AUTHORITY_FILE,
  };
  for (const [except, isPast] of [[`LOCALHOST:${port}`, true], ["LOCALHOST:1", false]] as const) {
    await using gateway = await startGateway({ dataDir, env: { ...env, NO_PROXY: except } });
    for (const text of ["one", "two", "three"]) {
      const response = await call(gateway.url, { text });
      assert.equal(response.status, 200, await response.text());
    }
    assert.equal(proxy.asked.length === 0, isPast, except);
  }
});
