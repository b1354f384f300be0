/** When access tokens are asked for, whatever grants them. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { AccessTokens } from "../../../src/accounts/tokens/access_tokens.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { TokenError } from "../../../src/accounts/tokens/token_error.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const MINUTE_MS = 60_000;
const NEVER = new AbortController().signal;

/** Tokens "1", "2" and so on, of one life. */
function countedTokens(options: { readonly lifetimeMs: number; readonly random?: () => number }) {
  const { lifetimeMs, random = () => 0 } = options;
  const clock = new FakeClock();
  const granted: string[] = [];
  const tokens = new AccessTokens({
    clock,
    random,
    request() {
      granted.push(String(granted.length + 1));
      const accessToken = new Secret(String(granted.length));
      return Promise.resolve({ accessToken, lifetimeMs, refreshToken: undefined });
    },
  });
  return { clock, granted, tokens };
}

/** Lets what is under way without anybody's waiting come to its end: it takes no more than promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("AccessTokens.token() asks ahead of the end, by five to six minutes as chance has it", async () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(fc.asyncProperty(chance, async (random) => {
    const { clock, granted, tokens } = countedTokens({
      lifetimeMs: 60 * MINUTE_MS,
      random: () => random,
    });
    await tokens.token(NEVER);
    const aheadMs = (5 + random) * MINUTE_MS;
    clock.advance(Math.ceil(60 * MINUTE_MS - aheadMs) - 1);
    assert.equal(await tokens.token(NEVER), "1");
    assert.equal(granted.length, 1);
    clock.advance(1);
    // The old one is good still, so nobody waits for the new one.
    assert.equal(await tokens.token(NEVER), "1");
    assert.equal(granted.length, 2);
    assert.equal(await tokens.token(NEVER), "2");
  }));
});

Deno.test("AccessTokens.token() spreads tokens of one life over time, at random by default", async () => {
  const clock = new FakeClock();
  let requests = 0;
  const sources = Array.from({ length: 50 }, () =>
    new AccessTokens({
      clock,
      request() {
        requests++;
        const accessToken = new Secret("token");
        return Promise.resolve({
          accessToken,
          lifetimeMs: 60 * MINUTE_MS,
          refreshToken: undefined,
        });
      },
    }));
  await Promise.all(sources.map((source) => source.token(NEVER)));
  clock.advance(54.5 * MINUTE_MS);
  requests = 0;
  await Promise.all(sources.map((source) => source.token(NEVER)));
  // That all 50 fall into one half of the minute happens once in 2^49.
  assert.ok(requests > 0 && requests < 50, `${requests}`);
});

Deno.test("AccessTokens.token() gives no token beyond its end, whatever its life and chance", async () => {
  const life = fc.integer({ min: 1, max: 120 * MINUTE_MS });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const steps = fc.array(fc.integer({ min: 0, max: 30 * MINUTE_MS }), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(life, chance, steps, async (lifetimeMs, random, waits) => {
    const { clock, granted, tokens } = countedTokens({ lifetimeMs, random: () => random });
    const grantedAt = new Map<string, number>();
    for (const wait of waits) {
      clock.advance(wait);
      const token = await tokens.token(NEVER);
      for (const name of granted) {
        if (!grantedAt.has(name)) grantedAt.set(name, clock.now());
      }
      await settled();
      const age = clock.now() - (grantedAt.get(token) ?? 0);
      assert.ok(age < lifetimeMs, `${token} is ${age} ms old`);
    }
  }));
});

Deno.test("AccessTokens.token() hands on what the request failed with, and waits before the next", async () => {
  const clock = new FakeClock();
  let requests = 0;
  const tokens = new AccessTokens({
    clock,
    request() {
      requests++;
      return Promise.reject(new TokenError("refused", "No."));
    },
  });
  await assert.rejects(tokens.token(NEVER), { reason: "refused", message: "No." });
  clock.advance(MINUTE_MS - 1);
  await assert.rejects(tokens.token(NEVER), { reason: "refused" });
  assert.equal(requests, 1);
  clock.advance(1);
  await assert.rejects(tokens.token(NEVER), { reason: "refused" });
  assert.equal(requests, 2);
});
