/** `pollux login`: every way to sign in, and what is kept of it. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { parseOAuthClient } from "../../../src/accounts/credentials/oauth_client.ts";
import { parseProxyUrl } from "../../../src/accounts/network/proxy_url.ts";
import { signInAtTerminal } from "../../../src/cli/login/sign_in_at_terminal.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { allow, consent } from "../../support/consent_page.ts";
import { handIn } from "../../support/hand_in.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { fakeTerminal, runAs } from "../../support/fake_terminal.ts";
import { loginPlace, refreshTokenOf } from "../../support/login_place.ts";
import { browsingUser, pastingUser } from "../../support/signing_in_user.ts";

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("login says in its help that the user opens the address, and what --no-browser takes", async () => {
  const { code, out } = await runAs({}, ["login", "code-assist", "--help"]);
  assert.equal(code, 0);
  assert.match(out, /Open the address that it prints in a browser: Pollux may not start programs/);
  assert.match(
    out,
    /use --no-browser, and\npaste the address that the browser ends on, or the code in it/,
  );
});

Deno.test("login signs in by way of the browser, asks once, and keeps account and project", async () => {
  await using at = await loginPlace();
  const { code, out, err, questions } = await at.signIn({ response: true }, []);
  assert.equal(code, 0, err);
  assert.match(
    err,
    /Google's terms[\s\S]*may suspend[\s\S]*Asking Google for the account's project/,
  );
  assert.equal(questions.length, 1);
  assert.match(out, /^Open this address in a browser[\s\S]*^http.*\/o\/oauth2\/v2\/auth\?/m);
  assert.match(
    out,
    /^Added "work" \(code-assist\); try it: pollux accounts test work --data-dir ".+"$/m,
  );
  assert.doesNotMatch(out + err, /emulated-secret-/);
  const [account, ...others] = await at.accounts();
  assert.deepEqual(others, []);
  assert.equal(account?.kind, "code-assist");
  assert.equal(account?.enabled, true);
  assert.equal(account?.project, "managed");
  assert.deepEqual(account?.baseUrls, [at.emulator.url]);
  assert.equal(refreshTokenOf(account), "1//emulated-secret-refresh-2");
  assert.ok(account?.signedInAt !== undefined);
});

Deno.test("login prints nothing but JSON on standard output where --json asks for it", async () => {
  await using at = await loginPlace();
  const { out, err } = await at.signIn({}, ["--yes", "--json"]);
  const view = JSON.parse(out);
  assert.equal(view.name, "work");
  assert.equal(view.credential, "authorized_user");
  assert.match(err, /^http.*\/o\/oauth2\/v2\/auth\?/m);
});

Deno.test("login asks before it signs in; whoever declines, or is not there, leaves nothing", async () => {
  await using at = await loginPlace();
  const no = await at.login({ response: false });
  assert.equal(no.code, 1);
  assert.match(no.err, /Nothing was added/);
  const nobody = await at.login({});
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /use --yes/);
  assert.doesNotMatch(no.out + nobody.out, /http/);
  assert.equal(await isThere(at.dataDir), false);
});

Deno.test("login --no-browser takes the code, as it is or as it stands in an address", async () => {
  for (const encode of [(code: string) => code, encodeURIComponent]) {
    await using at = await loginPlace();
    const user = pastingUser({}, async (address) => {
      const code = (await allow(address, "ada")).searchParams.get("code") ?? "";
      return ` ${encode(code)} `;
    });
    const { code, err, out } = await at.login(user, ["--no-browser", "--yes"]);
    assert.equal(code, 0, err);
    assert.match(out, /Paste that address, or the code in it, here within five minutes/);
    assert.equal((await at.accounts()).length, 1);
  }
});

Deno.test("login --no-browser takes the whole address that the browser ends on", async () => {
  for (const write of [(url: URL) => url.href, (url: URL) => `${url.host}/x${url.search}#end`]) {
    await using at = await loginPlace();
    const user = pastingUser({}, async (address) => write(await allow(address, "ada")));
    const { code, err } = await at.login(user, ["--no-browser", "--yes"]);
    assert.equal(code, 0, err);
    assert.equal((await at.accounts()).length, 1);
  }
});

Deno.test("login --no-browser still takes the answer of a browser on this machine", async () => {
  await using at = await loginPlace();
  const never = Promise.withResolvers<undefined>();
  const { code } = await at.signIn({ line: () => never.promise }, ["--no-browser", "--yes"]);
  assert.equal(code, 0);
});

Deno.test("login tells what is wrong with an answer, and leaves nothing behind", async () => {
  await using at = await loginPlace();
  const wrongState = (address: string) => {
    const url = new URL(new URL(address).searchParams.get("redirect_uri") ?? "");
    url.search = "?code=4/0A&state=another";
    return url;
  };
  const denied = (address: string) => consent(address, { account: "ada", decision: "deny" });
  const pasted: readonly (readonly [(address: string) => Promise<string | undefined>, RegExp])[] = [
    [(address) => Promise.resolve(wrongState(address).href), /does not belong to this sign-in/],
    [async (address) => (await denied(address)).href, /access_denied: the consent was declined/],
    [() => Promise.resolve("4/0Awrong"), /invalid_grant .*: the code was used already/],
    [() => Promise.resolve("%"), /invalid_grant/],
    [() => Promise.resolve(""), /Nothing was pasted/],
    [() => Promise.resolve(undefined), /Nothing was pasted/],
  ];
  for (const [act, words] of pasted) {
    const { code, err } = await at.login(pastingUser({}, act), ["--no-browser", "--yes"]);
    assert.equal(code, 1);
    assert.match(err, words);
  }
  for (
    const [act, words] of [
      [denied, /access_denied: the consent was declined/],
      [
        (address: string) => Promise.resolve(wrongState(address)),
        /does not belong to this sign-in/,
      ],
    ] as const
  ) {
    const user = browsingUser({}, act);
    const { code, err } = await at.login(user, ["--yes"]);
    assert.match(await user.page(), /return to the terminal/);
    assert.equal(code, 1);
    assert.match(err, words);
  }
  assert.equal(await isThere(at.dataDir), false);
});

Deno.test("login waits for five minutes, then says what may have been in the way", async () => {
  await using at = await loginPlace();
  const printed: string[] = [];
  const { terminal } = fakeTerminal({ line: () => new Promise<undefined>(() => {}) });
  const client = parseOAuthClient(JSON.stringify(at.emulator.oauthClient()));
  for (const pasted of [true, false]) {
    const print = (line: string) => void printed.push(line);
    await assert.rejects(
      signInAtTerminal(client, { terminal, pasted, print, limitMs: 60 }),
      /^AccountError: No response came within 0\.001 minutes.*If the browser showed invalid_client/,
    );
    assert.match(printed.at(-1) ?? "", /five minutes/);
  }
});

Deno.test("login renews an account: its id and settings stay, and it is enabled again", async () => {
  await using at = await loginPlace();
  await at.signIn();
  const [before] = await at.accounts();
  assert.ok(before);
  {
    using store = await openStore({ dataDir: at.dataDir });
    await new AccountBook(store.accounts, Date).refuse(before, "Token has been revoked");
    await store.accounts.update(before.id, ({ fields }) => ({
      fields: { ...fields, priority: 7, label: "of a newer version" },
    }));
  }
  // Nobody is there to be asked, and it is not asked for again: the user agreed when it was added.
  const { code, out, err, questions } = await at.signIn({}, []);
  assert.equal(code, 0, err);
  assert.deepEqual(questions, []);
  assert.match(err, /^"work" already exists; this sign-in replaces its credential$/m);
  assert.match(
    out,
    /^Renewed the sign-in of "work"; its other settings are unchanged, and it is enabled; try/m,
  );
  const [after] = await at.accounts();
  assert.ok(after);
  const { credential: _, signedInAt, ...rest } = after;
  const { credential: __, signedInAt: ___, ...was } = before;
  // To enable an account ends its rests.
  assert.deepEqual(rest, { ...was, priority: 7, restsEnded: 1 });
  assert.ok(signedInAt !== undefined);
  assert.equal(refreshTokenOf(after), "1//emulated-secret-refresh-3");
  using store = await openStore({ dataDir: at.dataDir });
  assert.equal((await store.accounts.find("work"))?.fields["label"], "of a newer version");
});

Deno.test("login sends what it asks for an account by the account's proxy, in its name", async () => {
  await using at = await loginPlace({ onboarded: 1 });
  await using proxy = startHttpProxy();
  await at.signIn();
  {
    using store = await openStore({ dataDir: at.dataDir });
    await new AccountBook(store.accounts, Date).edit("work", {
      proxy: parseProxyUrl(`http://127.0.0.1:${proxy.port}`),
      quotaProject: "billed-1",
      project: null,
    });
  }
  at.emulator.clear();
  const { code, err } = await at.signIn();
  assert.equal(code, 0, err);
  const asked = at.emulator.requests.map(({ method, path }) =>
    `${method} ${at.emulator.url}${path}`
  );
  assert.ok(asked.some((line) => line.endsWith(":loadCodeAssist")));
  assert.deepEqual(proxy.asked, asked.filter((line) => !line.includes("/o/oauth2/")));
  assert.equal((await at.accounts())[0]?.proxy?.reveal(), `http://127.0.0.1:${proxy.port}`);
  const named = at.emulator.requests.filter(({ path }) => path.endsWith(":loadCodeAssist"))
    .map(({ headers }) => headers.get("x-goog-user-project"));
  assert.deepEqual(named, ["billed-1"]);
});

Deno.test("login tells of a proxy that is in the way, and leaves the account as it was", async () => {
  await using at = await loginPlace();
  await at.signIn();
  const [before] = await at.accounts();
  {
    using store = await openStore({ dataDir: at.dataDir });
    const proxy = parseProxyUrl(closedUrl().replace("//", "//ada:planted-password@"));
    await new AccountBook(store.accounts, Date).edit("work", { proxy });
  }
  const { code, err } = await at.signIn();
  assert.equal(code, 1);
  assert.match(err, /could not be reached through the account's proxy, so nothing was stored/);
  assert.doesNotMatch(err, /planted/);
  assert.equal(refreshTokenOf((await at.accounts())[0]), refreshTokenOf(before));
});

Deno.test("login that fails leaves the account as it was", async () => {
  await using at = await loginPlace();
  await at.signIn();
  const before = await at.accounts();
  const denied = (address: string) => consent(address, { account: "ada", decision: "deny" });
  assert.equal((await at.login(browsingUser({}, denied))).code, 1);
  const after = await at.accounts();
  assert.deepEqual(after, before);
  assert.equal(refreshTokenOf(after[0]), refreshTokenOf(before[0]));
});

Deno.test("login refuses a name of another kind, and what is no name, before anything else", async () => {
  await using at = await loginPlace();
  const add = ["accounts", "add", "gemini-api", "work", "--key-stdin", "--data-dir", at.dataDir];
  assert.equal((await runAs({ input: "planted-key" }, add)).code, 0);
  const other = await at.login({}, ["--yes"]);
  assert.equal(other.code, 1);
  assert.match(other.err, /"work" is an account of the kind gemini-api, not code-assist/);
  const words = ["login", "code-assist", "planted-ada@example.com", "--client-id", "a"];
  const secret = handIn(at.folder, { name: "secret", text: "planted-secret\n" });
  const address = await runAs({}, [...words, "--client-secret-file", secret, "--yes"]);
  assert.match(address.err, /must not be an e-mail address/);
  assert.doesNotMatch(other.out + address.out, /http/);
});

Deno.test("login takes a client id and a secret file in place of the client file; Google's addresses then", async () => {
  await using at = await loginPlace();
  const secret = handIn(at.folder, { name: "secret", text: "planted-secret\n" });
  let opened: URL | undefined;
  const user = browsingUser({}, (address) => {
    opened = new URL(address);
    const back = new URL(opened.searchParams.get("redirect_uri") ?? "");
    back.searchParams.set("state", opened.searchParams.get("state") ?? "");
    back.searchParams.set("error", "access_denied");
    return Promise.resolve(back);
  });
  const words = ["--client-id", "my-client", "--client-secret-file", secret, "--yes"];
  const { err, out } = await at.login(user, words);
  await user.page();
  assert.match(err, /access_denied/);
  assert.doesNotMatch(err + out, /planted/);
  assert.equal(opened?.origin, "https://accounts.google.com");
  assert.equal(opened?.searchParams.get("client_id"), "my-client");
  assert.equal(opened?.searchParams.get("code_challenge_method"), "S256");
});

Deno.test("login wants one OAuth client, whole, and a project's id", async () => {
  await using at = await loginPlace();
  const empty = handIn(at.folder, { name: "empty", text: "\n" });
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--client-id", "a"], 2, /either --client-file, or --client-id with --client-secret-file/],
    [["--client-secret-file", empty], 2, /either --client-file/],
    [["--client-file", empty, "--client-id", "a"], 2, /either --client-file/],
    [["--client-id", "a", "--client-secret-file", empty], 1, /must hold only the secret/],
    [["--client-file", empty], 1, /neither "installed" nor "web"/],
    [["--client-file", join(at.folder, "none")], 1, /The client file ".*" cannot be read/],
    [["--project", "123"], 2, /"123" is a project number; --project needs the project's id/],
  ];
  for (const [words, expected, message] of cases) {
    const { code, err, out } = await at.login({}, [...words, "--yes"]);
    assert.equal(code, expected, err);
    assert.match(err, message);
    assert.doesNotMatch(out, /http/);
  }
  const { code, err } = await at.login({ env: { GOOGLE_CLOUD_PROJECT: "123" } }, ["--yes"]);
  assert.equal(code, 2);
  assert.match(err, /"123" is a project number; GOOGLE_CLOUD_PROJECT needs the project's id/);
});

Deno.test("login sends a web application's answers where that has registered them", async () => {
  await using at = await loginPlace();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const registered = `http://localhost:${port}/callback`;
  const web = at.emulator.oauthClient(["https://x.example/", "http://localhost", registered]);
  const file = handIn(at.folder, { name: "web.json", text: JSON.stringify(web) });
  const { code, err, out } = await at.signIn({}, ["--client-file", file, "--yes"]);
  assert.equal(code, 0, err);
  const address = out.split("\n").find((line) => line.startsWith("http")) ?? "";
  assert.equal(new URL(address).searchParams.get("redirect_uri"), registered);
});

Deno.test("login warns where a web application has registered no address of this machine", async () => {
  await using at = await loginPlace();
  const web = at.emulator.oauthClient(["https://x.example/"]);
  const file = handIn(at.folder, { name: "web.json", text: JSON.stringify(web) });
  const shown = Promise.withResolvers<string>();
  const user = pastingUser({}, async (address) => {
    shown.resolve(await (await fetch(address)).text());
    return undefined;
  });
  const { err } = await at.login(user, ["--client-file", file, "--yes", "--no-browser"]);
  assert.match(err, /Warning: .*web application without a redirect URI .*redirect_uri_mismatch/);
  assert.match(await shown.promise, /Error 400: redirect_uri_mismatch/);
});

Deno.test("login onboards a new user with words of progress", async () => {
  await using at = await loginPlace({ tier: "free-tier", onboarded: 1 });
  const { code, err } = await at.signIn();
  assert.equal(code, 0);
  assert.match(
    err,
    /Asking Google .*\nGoogle is setting up the account \(free-tier\).*\nThe project is "managed"/,
  );
  assert.equal((await at.accounts())[0]?.project, "managed");
});

Deno.test("login names the project of the flag, of the environment, or that it had", async () => {
  await using at = await loginPlace({ project: null });
  const hints = () =>
    at.emulator.requests.filter(({ path }) => path.endsWith("loadCodeAssist"))
      .map(({ rawBody }) => JSON.parse(rawBody).cloudaicompanionProject);
  await at.signIn({ env: { GOOGLE_CLOUD_PROJECT: "of-env" } });
  assert.equal((await at.accounts())[0]?.project, "of-env");
  await at.signIn({ env: { GOOGLE_CLOUD_PROJECT_ID: "of-other" } });
  await at.signIn({ env: { GOOGLE_CLOUD_PROJECT: "of-env" } }, ["--project", "of-flag"]);
  assert.equal((await at.accounts())[0]?.project, "of-flag");
  assert.deepEqual(hints(), ["of-env", "of-env", "of-flag"]);
});

Deno.test("login keeps an account that Google does not let in, disabled, with Google's words", async () => {
  await using at = await loginPlace({
    ineligible: {
      reasonCode: "VALIDATION_REQUIRED",
      reasonMessage: "Verify the account of planted-ada@example.com.",
      tierId: "free-tier",
      tierName: "Individuals",
      validationUrl: "https://accounts.google.com/verify",
    },
  });
  const { code, out, err } = await at.signIn();
  assert.equal(code, 0, err);
  const words =
    "Verify the account of ***. Verify your account: https://accounts.google.com/verify";
  assert.ok(out.includes(`It is disabled, because Google refuses it: ${words}\n`), out);
  assert.match(out, /After you fix this: pollux accounts enable work/);
  assert.doesNotMatch(out + err, /@example/);
  const [account] = await at.accounts();
  assert.equal(account?.enabled, false);
  assert.equal(account?.disabledReason, words);
});
