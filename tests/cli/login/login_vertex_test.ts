/** `pollux login vertex`: the sign-in is that of every kind; what is kept besides is its own. @module */
import assert from "node:assert/strict";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { allow } from "../../support/consent_page.ts";
import { planted } from "../../support/planted.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { runAs } from "../../support/fake_terminal.ts";
import { loginPlace, refreshTokenOf } from "../../support/login_place.ts";
import { pastingUser } from "../../support/signing_in_user.ts";

const PLACE = ["--project", "my-project", "--location", "us-central1"];

Deno.test("login vertex keeps project and location, sends calls to the location, and asks nothing", async () => {
  await using at = await loginPlace({ kind: "vertex" });
  const { code, out, err, questions } = await at.signIn({}, PLACE);
  assert.equal(code, 0, err);
  assert.equal(err, "");
  assert.deepEqual(questions, []);
  assert.match(
    out,
    /^Added "work" \(vertex\); try it: pollux accounts test work --data-dir ".+"$/m,
  );
  assert.doesNotMatch(out, /emulated-secret-/);
  const [account] = await at.accounts();
  assert.equal(account?.kind, "vertex");
  assert.equal(account?.project, "my-project");
  assert.equal(account?.location, "us-central1");
  assert.deepEqual(account?.baseUrls, ["https://us-central1-aiplatform.googleapis.com"]);
  assert.equal(refreshTokenOf(account), "1//emulated-secret-refresh-2");
  assert.ok(account?.signedInAt !== undefined);
  assert.ok(at.emulator.requests.every(({ path }) => /^\/(token|o\/oauth2\/.*)$/.test(path)));
});

Deno.test("login vertex --no-browser takes a code, and the account works", async () => {
  await using at = await loginPlace({ kind: "vertex" });
  const user = pastingUser({}, async (address) => (await allow(address, "ada")).href);
  const words = [...PLACE, "--no-browser", "--base-url", at.emulator.url];
  const { code, err } = await at.login(user, words);
  assert.equal(code, 0, err);
  const tested = await runAs({}, ["accounts", "test", "work", "--data-dir", at.dataDir]);
  assert.match(tested.out, /^work: works, \d+ models$/);
});

Deno.test("login vertex renews an account: id, settings and proxy stay, its old key goes", async () => {
  await using at = await loginPlace({ kind: "vertex" });
  await using server = startHttpProxy();
  const proxy = parseProxyUrl(`http://127.0.0.1:${server.port}`);
  {
    using store = await openStore({ dataDir: at.dataDir });
    const book = new AccountBook(store.accounts, Date);
    await book.add({
      name: "work",
      kind: "vertex",
      enabled: false,
      baseUrls: ["https://europe-west4-aiplatform.googleapis.com"],
      project: "old-project",
      location: "europe-west4",
      priority: 7,
      labels: ["mine"],
      proxy,
      credential: {
        type: "service_account",
        clientEmail: "planted-user@example.com",
        privateKeyId: "key-1",
        privateKey: new Secret(planted("private-key")),
        tokenUri: `${at.emulator.url}/token`,
        projectId: "old-project",
      },
    });
  }
  const [before] = await at.accounts();
  assert.ok(before);
  const { code, out, err } = await at.signIn({}, PLACE);
  assert.equal(code, 0, err);
  assert.match(out, /^Renewed the sign-in of "work"; its other settings are unchanged, and it/m);
  {
    using store = await openStore({ dataDir: at.dataDir });
    assert.doesNotMatch((await store.accounts.find("work"))?.secret ?? "", /private-key|example/);
  }
  const [after] = await at.accounts();
  assert.ok(after);
  const { credential: _, proxy: __, ...was } = before;
  const { credential, signedInAt, proxy: kept, ...rest } = after;
  assert.deepEqual(rest, {
    ...was,
    enabled: true,
    // To enable an account ends its rests.
    restsEnded: 1,
    project: "my-project",
    location: "us-central1",
    baseUrls: ["https://us-central1-aiplatform.googleapis.com"],
  });
  assert.equal(credential.type, "authorized_user");
  assert.ok(signedInAt !== undefined);
  assert.equal(kept?.reveal(), proxy.reveal());
  assert.deepEqual(server.asked, [`POST ${at.emulator.url}/token`]);
});

Deno.test("login vertex leaves a base URL of the user's own as it is, unless another is given", async () => {
  await using at = await loginPlace({ kind: "vertex" });
  const baseUrls = async () => (await at.accounts())[0]?.baseUrls;
  await at.signIn({}, [...PLACE, "--base-url", "http://127.0.0.1:1/own"]);
  await at.signIn({}, ["--project", "my-project", "--location", "global"]);
  assert.deepEqual(await baseUrls(), ["http://127.0.0.1:1/own"]);
  assert.equal((await at.accounts())[0]?.location, "global");
  await at.signIn({}, [...PLACE, "--base-url", "http://127.0.0.1:2"]);
  assert.deepEqual(await baseUrls(), ["http://127.0.0.1:2"]);
});

Deno.test("login vertex wants a project's id and a location before it signs in", async () => {
  await using at = await loginPlace({ kind: "vertex" });
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--location", "global"], 2, /Required option '--project <id>' not specified/],
    [["--project", "p"], 2, /Required option '--location <location>' not specified/],
    [["--project", "123", "--location", "global"], 2, /"123" is a project number/],
    [["--project", "p", "--location", "us-central1-a"], 1, /"us-central1-a" is a zone/],
    [["--project", "p", "--location", "a.example/"], 1, /"a\.example\/" is not a location/],
  ];
  for (const [words, expected, message] of cases) {
    const { code, err, out } = await at.login({}, words);
    assert.equal(code, expected, err);
    assert.match(err, message);
    assert.doesNotMatch(out, /http/);
  }
  await assert.rejects(Deno.stat(at.dataDir), Deno.errors.NotFound);
});
