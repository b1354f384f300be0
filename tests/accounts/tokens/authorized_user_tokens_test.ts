import assert from "node:assert/strict";
import type { AuthorizedUser, Credential } from "../../../src/accounts/account.ts";
import { AuthorizedUserTokens } from "../../../src/accounts/tokens/authorized_user_tokens.ts";
import type { CredentialKeeper } from "../../../src/accounts/credentials/credential_keeper.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { TokenError, type TokenErrorReason } from "../../../src/accounts/tokens/token_error.ts";
import { granted, startTokenEndpoint } from "../../support/token_endpoint.ts";

const MINUTE_MS = 60_000;

/** A clock that stands still until it is moved. */
function fakeClock() {
  return {
    time: 1_000_000,
    now(): number {
      return this.time;
    },
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

Deno.test("AuthorizedUserTokens.token() asks once for 200 callers, with the fields of RFC 6749", async () => {
  await using endpoint = startTokenEndpoint(() => granted("first"));
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
  const got = await Promise.all(Array.from({ length: 200 }, () => tokens.token(never())));
  assert.deepEqual(new Set(got), new Set(["first"]));
  assert.equal(await tokens.token(never()), "first");
  assert.deepEqual(endpoint.requests.map((form) => Object.fromEntries(form)), [{
    grant_type: "refresh_token",
    refresh_token: "planted-token",
    client_id: "client",
    client_secret: "planted-secret",
  }]);
});

Deno.test("AuthorizedUserTokens.token() refreshes five minutes ahead while the old token serves", async () => {
  const second = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  await using endpoint = startTokenEndpoint((count) => {
    if (count === 1) return granted("first");
    asked.resolve();
    return second.promise;
  });
  const clock = fakeClock();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock, random: () => 0 });
  await tokens.token(never());
  clock.time += 55 * MINUTE_MS - 1;
  assert.equal(await tokens.token(never()), "first");
  assert.equal(endpoint.requests.length, 1);
  clock.time += 1;
  assert.equal(await tokens.token(never()), "first");
  await asked.promise;
  assert.equal(await tokens.token(never()), "first");
  clock.time += 5 * MINUTE_MS;
  const waiting = tokens.token(never());
  second.resolve(granted("second"));
  assert.equal(await waiting, "second");
  assert.equal(endpoint.requests.length, 2);
});

Deno.test("AuthorizedUserTokens.token() lets a dead endpoint not disturb a good token, nor asks it again at once", async () => {
  await using endpoint = startTokenEndpoint((count) =>
    count === 1 ? granted("first") : new Response("down", { status: 503 })
  );
  const clock = fakeClock();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock });
  await tokens.token(never());
  const [soon, over] = [clock.time + 56 * MINUTE_MS, clock.time + 61 * MINUTE_MS];
  clock.time = soon;
  assert.equal(await tokens.token(never()), "first");
  // Whoever has no good token waits for the refresh under way, and so do we.
  clock.time = over;
  await assert.rejects(tokens.token(never()), { reason: "unavailable" });
  clock.time = soon;
  assert.equal(await tokens.token(never()), "first");
  clock.time = over;
  await assert.rejects(tokens.token(never()), { reason: "unavailable" });
  assert.equal(endpoint.requests.length, 2);
});

Deno.test("AuthorizedUserTokens.token() refreshes a token of a short life once, not with each call", async () => {
  await using endpoint = startTokenEndpoint((count) => granted(`${count}`, { expires_in: 60 }));
  const clock = fakeClock();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock });
  for (let call = 0; call < 5; call++) assert.equal(await tokens.token(never()), "1");
  // A call of our own, so that any refresh behind our back has arrived before it.
  await (await fetch(endpoint.user.tokenUri)).body?.cancel();
  assert.equal(endpoint.requests.length, 1);
  clock.time += MINUTE_MS;
  assert.equal(await tokens.token(never()), "2");
});

Deno.test("AuthorizedUserTokens.token() ends the wait of the caller that aborts, and of no other", async () => {
  const response = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  await using endpoint = startTokenEndpoint(() => {
    asked.resolve();
    return response.promise;
  });
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
  const impatient = new AbortController();
  const first = tokens.token(impatient.signal);
  const second = tokens.token(never());
  await asked.promise;
  impatient.abort(new Error("went away"));
  await assert.rejects(first, /went away/);
  await assert.rejects(tokens.token(impatient.signal), /went away/);
  response.resolve(granted("first"));
  assert.equal(await second, "first");
  assert.equal(endpoint.requests.length, 1);
});

Deno.test("AuthorizedUserTokens.invalidate() drops that token only", async () => {
  await using endpoint = startTokenEndpoint((count) => granted(`${count}`));
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
  assert.equal(await tokens.token(never()), "1");
  tokens.invalidate("1");
  assert.equal(await tokens.token(never()), "2");
  tokens.invalidate("1");
  assert.equal(await tokens.token(never()), "2");
});

/** A place that keeps one sign-in, and notes what is asked of it. */
class FakeKeeper implements CredentialKeeper {
  kept: AuthorizedUser;
  /** Whether the next new refresh token cannot be stored. */
  isFull = false;
  readonly notes: string[] = [];

  constructor(user: AuthorizedUser) {
    this.kept = user;
  }

  async withLock<Result>(work: () => Promise<Result>): Promise<Result> {
    this.notes.push("turn");
    try {
      return await work();
    } finally {
      this.notes.push("over");
    }
  }

  current(): Promise<Credential | undefined> {
    return Promise.resolve(this.kept);
  }

  replaceRefreshToken(from: Secret, to: Secret): Promise<void> {
    this.notes.push(`${from.reveal()} → ${to.reveal()}`);
    if (this.isFull) return Promise.reject(new Error("disk full"));
    this.signIn(to.reveal());
    return Promise.resolve();
  }

  refused(credential: Credential, error: TokenError): Promise<void> {
    assert.equal(credential.type, "authorized_user");
    const token = credential.type === "authorized_user" ? credential.refreshToken.reveal() : "";
    this.notes.push(`${error.reason} of ${token}`);
    return Promise.resolve();
  }

  signIn(refreshToken: string): void {
    this.kept = { ...this.kept, refreshToken: new Secret(refreshToken) };
  }
}

Deno.test("AuthorizedUserTokens stores a new refresh token before anybody gets the access token", async () => {
  await using endpoint = startTokenEndpoint(() => granted("1", { refresh_token: "planted-next" }));
  const keeper = new FakeKeeper(endpoint.user);
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock(), keeper });
  await tokens.token(never());
  assert.equal(keeper.kept.refreshToken.reveal(), "planted-next");
  assert.deepEqual(keeper.notes, ["turn", "planted-token → planted-next", "over"]);
});

Deno.test("AuthorizedUserTokens uses a new refresh token that cannot be stored, and offers it again", async () => {
  await using endpoint = startTokenEndpoint((count) =>
    granted(`${count}`, count === 1 ? { refresh_token: "planted-next" } : {})
  );
  const keeper = new FakeKeeper(endpoint.user);
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock(), keeper });
  keeper.isFull = true;
  for (const expected of ["1", "2", "3"]) {
    assert.equal(await tokens.token(never()), expected);
    tokens.invalidate(expected);
    keeper.isFull = false;
  }
  assert.deepEqual(
    keeper.notes.filter((note) => note.includes("→")),
    ["planted-token → planted-next", "planted-token → planted-next"],
  );
  assert.deepEqual(
    endpoint.requests.map((form) => form.get("refresh_token")),
    ["planted-token", "planted-next", "planted-next"],
  );
});

Deno.test("AuthorizedUserTokens refreshes with what another process or the user has stored meanwhile", async () => {
  await using endpoint = startTokenEndpoint((count) => granted(`${count}`));
  const keeper = new FakeKeeper(endpoint.user);
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock(), keeper });
  assert.equal(await tokens.token(never()), "1");
  keeper.kept = { ...keeper.kept, clientSecret: new Secret("planted-other") };
  keeper.signIn("planted-theirs");
  tokens.invalidate("1");
  assert.equal(await tokens.token(never()), "2");
  assert.deepEqual(
    endpoint.requests.map((form) => [form.get("refresh_token"), form.get("client_secret")]),
    [["planted-token", "planted-secret"], ["planted-theirs", "planted-other"]],
  );
});

Deno.test("AuthorizedUserTokens asks again when the user signed in while the old token was refused", async () => {
  const keepers: FakeKeeper[] = [];
  await using endpoint = startTokenEndpoint((count) => {
    if (count > 1) return granted("good");
    keepers[0]?.signIn("planted-theirs");
    return Response.json({ error: "invalid_grant" }, { status: 400 });
  });
  const keeper = new FakeKeeper(endpoint.user);
  keepers.push(keeper);
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock(), keeper });
  assert.equal(await tokens.token(never()), "good");
  assert.equal(endpoint.requests[1]?.get("refresh_token"), "planted-theirs");
  assert.deepEqual(keeper.notes, ["turn", "over"]);
});

Deno.test("AuthorizedUserTokens reports a refusal once for all who wait, and no failure that passes", async () => {
  const errors = ["invalid_grant", "invalid_client", "unavailable"];
  for (const error of errors) {
    await using endpoint = startTokenEndpoint(() =>
      Response.json({ error }, { status: error === "unavailable" ? 503 : 400 })
    );
    const keeper = new FakeKeeper(endpoint.user);
    const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock(), keeper });
    const callers = Array.from({ length: 20 }, () => tokens.token(never()));
    const settled = await Promise.allSettled(callers);
    assert.ok(settled.every(({ status }) => status === "rejected"));
    assert.deepEqual(
      keeper.notes.filter((note) => note.includes(" of ")),
      error === "unavailable" ? [] : [`${error} of planted-token`],
    );
    assert.equal(endpoint.requests.length, 1);
  }
});

Deno.test("AuthorizedUserTokens tells failures apart, in the endpoint's words, without a token", async () => {
  const cases: readonly [number, unknown, TokenErrorReason, RegExp][] = [
    [
      400,
      {
        error: "invalid_grant",
        error_description: "Token planted-token has been\nexpired or revoked.",
      },
      "invalid_grant",
      /Token \*\*\* has been expired or revoked\. \(invalid_grant\); sign in again/,
    ],
    [401, { error: "invalid_client", error_description: "No." }, "invalid_client", /client secret/],
    [401, { error: "unauthorized_client" }, "invalid_client", /unauthorized_client/],
    [400, { error: "invalid_request" }, "refused", /invalid_request/],
    [429, { error: "rate_limited" }, "unavailable", /returned 429/],
    [500, { error: "invalid_grant" }, "unavailable", /returned 500/],
    [200, { hello: "planted-token" }, "unavailable", /returned 200 without a token/],
    [404, "<html>planted-token", "unavailable", /returned 404/],
  ];
  for (const [status, body, reason, words] of cases) {
    await using endpoint = startTokenEndpoint(() => Response.json(body, { status }));
    const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
    await assert.rejects(tokens.token(never()), (error: Error) => {
      assert.ok(error instanceof TokenError);
      assert.equal(error.reason, reason);
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /planted|\n/);
      return true;
    });
  }
});

Deno.test("AuthorizedUserTokens follows no redirect with its secrets", async () => {
  await using elsewhere = startTokenEndpoint(() => granted("stolen"));
  await using endpoint = startTokenEndpoint(() =>
    new Response(null, { status: 307, headers: { location: elsewhere.user.tokenUri } })
  );
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
  await assert.rejects(tokens.token(never()), { reason: "unavailable", message: /returned 307/ });
  assert.equal(elsewhere.requests.length, 0);
});

Deno.test("AuthorizedUserTokens says when the endpoint cannot be reached", async () => {
  const endpoint = startTokenEndpoint(() => granted("never"));
  await endpoint[Symbol.asyncDispose]();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock: fakeClock() });
  await assert.rejects(tokens.token(never()), {
    reason: "unavailable",
    message: /127\.0\.0\.1:\d+ could not be reached/,
  });
});

Deno.test("AuthorizedUserTokens leaves a dead endpoint alone for a while that doubles, at most a minute", async () => {
  await using endpoint = startTokenEndpoint(() => new Response("down", { status: 503 }));
  const clock = fakeClock();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock });
  const pauses = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
  for (const [index, pause] of pauses.entries()) {
    await assert.rejects(tokens.token(never()));
    assert.equal(endpoint.requests.length, index + 1);
    clock.time += pause - 1;
    await assert.rejects(tokens.token(never()));
    assert.equal(endpoint.requests.length, index + 1);
    clock.time += 1;
  }
});

Deno.test("AuthorizedUserTokens forgets its failures with the first good answer", async () => {
  await using endpoint = startTokenEndpoint((count) =>
    count === 3 ? granted("good") : new Response("down", { status: 503 })
  );
  const clock = fakeClock();
  const tokens = new AuthorizedUserTokens(endpoint.user, { clock });
  await assert.rejects(tokens.token(never()));
  clock.time += 1_000;
  await assert.rejects(tokens.token(never()));
  clock.time += 2_000;
  assert.equal(await tokens.token(never()), "good");
  tokens.invalidate("good");
  await assert.rejects(tokens.token(never()));
  clock.time += 1_000;
  await assert.rejects(tokens.token(never()));
  assert.equal(endpoint.requests.length, 5);
});
