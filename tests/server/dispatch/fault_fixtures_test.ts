/** What the gateway does about every error that upstreams were seen to answer. @module */
import assert from "node:assert/strict";
import { startTestGateway } from "../../support/gateway.ts";
import { call, checkedError, errorOf, textOf } from "../../support/gemini_call.ts";
import { RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";
import {
  bodyOf,
  ERROR_FIXTURES,
  type ErrorFixture,
  FIXTURE_TIME_MS,
} from "../../support/error_fixtures.ts";

/** Longest delay for which a client is kept waiting, in ms. */
const GRACE_MS = 2000;

const clock = { now: () => FIXTURE_TIME_MS };

function responseOf(fixture: ErrorFixture): Response {
  const { http: status, headers = {} } = fixture;
  return new Response(bodyOf(fixture), { status, headers });
}

Deno.test("An error moves the call on to another account unless it is the request's own", async (t) => {
  for (const fixture of ERROR_FIXTURES) {
    await t.step(fixture.what, async () => {
      await using upstream = startTestUpstream((_, index) =>
        index === 0 ? responseOf(fixture) : Response.json(RESPONSE)
      );
      await using gateway = await startTestGateway({
        accounts: ["one", "two"].map((name) => ({ name, baseUrls: [upstream.url], key: name })),
        clock,
      });
      const response = await call(gateway.url);
      const keys = upstream.seen.map(({ headers }) => headers.get("x-goog-api-key"));
      if (fixture.rotates) {
        assert.equal(await textOf(response), "Made up.");
        assert.equal(new Set(keys).size, 2);
      } else {
        await errorOf(response);
        assert.equal(keys.length, 1);
      }
    });
  }
});

Deno.test("An error is tried again on the only account where that may help, else told", async (t) => {
  for (const fixture of ERROR_FIXTURES) {
    const { delayMs = 0, scope, quota } = fixture.fault;
    await t.step(fixture.what, async () => {
      await using upstream = startTestUpstream((_, index) =>
        index === 0 ? responseOf(fixture) : Response.json(RESPONSE)
      );
      await using gateway = await startTestGateway({
        accounts: [{ name: "one", baseUrls: [upstream.url], key: "k" }],
        clock,
      });
      const response = await call(gateway.url);
      const { status } = response;
      const body = await response.text();
      assert.equal(status === 200, fixture.retriesSame, body);
      assert.equal(upstream.seen.length, fixture.retriesSame ? 2 : 1);
      if (status === 200) return;
      const error = checkedError(status, body);
      if (fixture.message !== undefined) assert.equal(error.message, fixture.message);
      // Whoever is at fault rests: nobody but the request, and Google itself, goes on as before.
      const rests = scope === "account" || scope === "account-model";
      if (rests) assert.ok(delayMs === 0 || delayMs > GRACE_MS || quota === "none");
      const next = await call(gateway.url, { text: "Another conversation, with a good request" });
      await next.text();
      if (rests) assert.equal(upstream.seen.length, 1);
      if (scope === "request" || scope === "named") assert.equal(next.status, 200);
    });
  }
});
