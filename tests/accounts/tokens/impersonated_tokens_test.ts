/** Tokens of impersonated service accounts, from a credentials API that answers as it is told. @module */
import assert from "node:assert/strict";
import { parseAnyCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import type { CredentialKeeper } from "../../../src/accounts/credentials/credential_keeper.ts";
import { TokenError } from "../../../src/accounts/tokens/token_error.ts";
import {
  type AnyTokensOptions,
  tokenSourceOf,
} from "../../../src/accounts/tokens/token_source_of.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const { signal } = new AbortController();

function tokensOf(file: unknown, options: Partial<AnyTokensOptions> = {}) {
  const credential = parseAnyCredentialsFile(JSON.stringify(file));
  return tokenSourceOf(credential, { clock: Date, ...options });
}

/** The service account credentials API, which answers as it is told. */
function startCredentialsApi(
  response: (authorization: string | null) => Response,
  name = "s%40p.example",
) {
  const bodies: unknown[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      bodies.push(await request.json());
      return response(request.headers.get("authorization"));
    },
  );
  const path = `v1/projects/-/serviceAccounts/${name}:generateAccessToken`;
  return {
    bodies,
    url: `http://127.0.0.1:${server.addr.port}/${path}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("A service account's token is asked for with its delegates, and lives as long as its API says", async () => {
  const clock = new FakeClock();
  let expiresInMs = 1_800_000;
  await using emulator = await startEmulator({ clock });
  await using api = startCredentialsApi(() =>
    Response.json({
      accessToken: `planted-${clock.now()}`,
      expireTime: new Date(clock.now() + expiresInMs).toISOString(),
    })
  );
  const file = {
    type: "impersonated_service_account",
    service_account_impersonation_url: api.url,
    source_credentials: emulator.addUser("user"),
  };
  const scope = ["https://www.googleapis.com/auth/cloud-platform"];
  const tokens = tokensOf(file, { clock });
  const first = await tokens.token(signal);
  assert.deepEqual(api.bodies, [{ scope, lifetime: "3600s" }]);
  clock.advance(1_800_000);
  assert.notEqual(await tokens.token(signal), first);
  // It is not believed to live longer than was asked for.
  expiresInMs = 36_000_000;
  const delegates = ["projects/-/serviceAccounts/d"];
  const long = tokensOf({ ...file, delegates }, { clock });
  const second = await long.token(signal);
  assert.deepEqual(api.bodies.at(-1), { delegates, scope, lifetime: "3600s" });
  clock.advance(3_600_000);
  assert.notEqual(await long.token(signal), second);
});

Deno.test("A service account is refused by an error of the request's alone, which is told without secrets", async () => {
  await using emulator = await startEmulator();
  const source_credentials = emulator.addUser("user");
  const token = { accessToken: "planted-token", expireTime: new Date().toISOString() };
  const cases: readonly (readonly [status: number, body: unknown, reason: string])[] = [
    [200, {}, "unavailable"],
    [429, token, "unavailable"],
    [500, token, "unavailable"],
    [503, token, "unavailable"],
    [403, { error: { message: "s@p.example may not, with " } }, "refused"],
    [400, { error: { message: "Not s%40p.example by " } }, "refused"],
  ];
  for (const [status, body, reason] of cases) {
    // It repeats the token that it was shown.
    await using api = startCredentialsApi((shown) =>
      Response.json(JSON.parse(JSON.stringify(body).replace(/ "\}/, ` ${shown}"}`)), { status })
    );
    const file = {
      type: "impersonated_service_account",
      service_account_impersonation_url: api.url,
      source_credentials,
    };
    const refusals: TokenError[] = [];
    const keeper: CredentialKeeper = {
      withLock: (work) => work(),
      current: () => Promise.resolve(undefined),
      replaceRefreshToken: () => Promise.resolve(),
      refused: (_, error) => Promise.resolve(void refusals.push(error)),
    };
    const error: unknown = await tokensOf(file, { keeper }).token(signal).catch((error) => error);
    assert.ok(error instanceof TokenError, String(error));
    assert.equal(error.reason, reason, `${status}`);
    assert.doesNotMatch(error.message, /p\.example|planted|emulated-secret/);
    assert.equal(refusals.length, reason === "refused" ? 1 : 0, `${status}`);
  }
});

Deno.test("A workload's service account token is asked for with the lifetime that its file names", async () => {
  await using emulator = await startEmulator();
  await using api = startCredentialsApi(() => Response.json({}, { status: 503 }));
  const file = {
    ...emulator.federation.addWorkload("w"),
    service_account_impersonation_url: api.url,
    service_account_impersonation: { token_lifetime_seconds: 600 },
  };
  await assert.rejects(tokensOf(file).token(signal), { name: "TokenError" });
  const scope = ["https://www.googleapis.com/auth/cloud-platform"];
  assert.deepEqual(api.bodies, [{ scope, lifetime: "600s" }]);
});

Deno.test("A service account that is named by its number is told without it", async () => {
  await using emulator = await startEmulator();
  const error = { code: 404, message: "No account 112233445566", status: "NOT_FOUND" };
  await using api = startCredentialsApi(
    () => Response.json({ error }, { status: 404 }),
    "112233445566",
  );
  const file = {
    type: "impersonated_service_account",
    service_account_impersonation_url: api.url,
    source_credentials: emulator.addUser("user"),
  };
  await assert.rejects(tokensOf(file).token(signal), { message: /: No account \*\*\*; grant/ });
});
