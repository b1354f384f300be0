/** How long tokens and pauses last, whatever the clocks do. @module */
import assert from "node:assert/strict";
import { AccessTokens } from "../../../src/accounts/tokens/access_tokens.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { TokenError } from "../../../src/accounts/tokens/token_error.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const { signal } = new AbortController();

/** Tokens "1", "2" and so on, which last for an hour; none while `isDown`. */
function source() {
  const clock = new FakeClock();
  const state = { asked: 0, isDown: false };
  const tokens = new AccessTokens({
    clock,
    random: () => 0,
    request() {
      state.asked++;
      if (state.isDown) return Promise.reject(new TokenError("unavailable", "Certificate expired"));
      const accessToken = new Secret(String(state.asked));
      return Promise.resolve({ accessToken, lifetimeMs: HOUR_MS, refreshToken: undefined });
    },
  });
  return { clock, state, tokens };
}

Deno.test("A pause after a failure ends when it was to, although the clock was ahead and is set right", async () => {
  for (const aheadMs of [0, 1500 * DAY_MS]) {
    const { clock, state, tokens } = source();
    clock.set(aheadMs);
    state.isDown = true;
    await assert.rejects(tokens.token(signal), /Certificate/);
    await assert.rejects(tokens.token(signal), /Certificate/);
    assert.equal(state.asked, 1);
    clock.set(-aheadMs);
    state.isDown = false;
    clock.advance(1000);
    assert.equal(await tokens.token(signal), "2");
  }
});

Deno.test("A token ends after its life, although the clock is set back", async () => {
  const { clock, tokens } = source();
  assert.equal(await tokens.token(signal), "1");
  clock.set(-1500 * DAY_MS);
  clock.advance(HOUR_MS - 1);
  assert.equal(await tokens.token(signal), "1");
  clock.advance(1);
  assert.equal(await tokens.token(signal), "2");
});

Deno.test("A token ends after its life, also where the machine slept meanwhile", async () => {
  const { clock, tokens } = source();
  assert.equal(await tokens.token(signal), "1");
  clock.set(HOUR_MS);
  assert.equal(await tokens.token(signal), "2");
});
