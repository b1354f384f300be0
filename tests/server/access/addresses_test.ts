/** No error that a client gets names whose account it was, or with what it was asked. @module */
import assert from "node:assert/strict";
import { hasPlanted } from "../../../scripts/find_planted.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { PLANTED_ADDRESS } from "../../support/planted.ts";
import { RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";

const ADDRESS = PLANTED_ADDRESS;
const ERROR = {
  error: {
    code: 403,
    message: `Permission denied for ${ADDRESS}, says ${ADDRESS}`,
    status: "PERMISSION_DENIED",
    details: [{
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "IAM_PERMISSION_DENIED",
      metadata: {
        principals: [ADDRESS],
        link: `https://a.example/?Email=${encodeURIComponent(ADDRESS)}`,
      },
    }],
  },
};

const BODIES: Readonly<Record<string, BodyInit>> = {
  "an object": JSON.stringify(ERROR),
  "an array": JSON.stringify([ERROR]),
  "a nested envelope": JSON.stringify({ error: { code: 403, message: JSON.stringify(ERROR) } }),
  "an event": `data: ${JSON.stringify(ERROR)}\r\n\r\n`,
  "no JSON": `Permission denied for ${ADDRESS}`,
};

for (const [what, body] of Object.entries(BODIES)) {
  Deno.test(`An error that upstream sends as ${what} reaches the client without e-mail addresses`, async () => {
    await using upstream = startTestUpstream(() => new Response(body, { status: 403 }));
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    });
    const error = await errorOf(await call(gateway.url));
    assert.match(error.message, /Permission denied for \*\*\*/);
    assert.doesNotMatch(JSON.stringify(error), /planted/);
    assert.doesNotMatch(JSON.stringify([gateway.calls, gateway.problems]), /planted/);
    if (error.details === undefined) return;
    assert.deepEqual(error.details[0]?.["metadata"], {
      principals: ["***"],
      link: "https://a.example/?Email=***",
    });
  });
}

Deno.test("An error inside a stream reaches the client without e-mail addresses", async () => {
  for (const form of [`data: ${JSON.stringify(ERROR)}`, JSON.stringify(ERROR)]) {
    await using upstream = startTestUpstream(() =>
      new Response(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n${form}\r\n\r\n`, {
        headers: { "content-type": "text/event-stream", "cache-control": "no-transform" },
      })
    );
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    });
    const response = await call(gateway.url, {
      method: "streamGenerateContent",
      query: "?alt=sse",
    });
    const text = await response.text();
    assert.match(text, /Permission denied for \*\*\*/);
    assert.doesNotMatch(text, /planted/);
  }
});

Deno.test("An error in which upstream repeats the credential reaches client and log without it", async () => {
  const repeated: (string | null)[] = [];
  await using upstream = startTestUpstream(({ headers }) => {
    const secret = headers.get("x-goog-api-key") ?? headers.get("authorization");
    repeated.push(secret);
    const message = `Permission denied: Consumer 'api_key:${secret}' has been suspended.`;
    return Response.json({ error: { code: 403, message, status: "PERMISSION_DENIED" } }, {
      status: 403,
    });
  });
  await using emulator = await startEmulator();
  await using gateway = await startTestGateway({
    accounts: [
      { name: "keyed", baseUrls: [upstream.url], key: emulator.addApiKey("keyed") },
      { name: "user", baseUrls: [upstream.url], project: "p", user: emulator.addUser("user") },
    ],
  });
  const error = await errorOf(await call(gateway.url));
  assert.match(error.message, /^Permission denied: Consumer 'api_key:(Bearer )?\*\*\*' has been/);
  assert.equal(repeated.length, 2);
  for (const shown of [error, gateway.calls, gateway.problems]) {
    assert.ok(!hasPlanted(new TextEncoder().encode(JSON.stringify(shown))));
  }
});

Deno.test("Google's link to verify an account keeps everything but the address", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.emulator.always("one", "403-validation");
  const error = await errorOf(await call(gateway.url));
  const metadata = error.details?.map((detail) => detail["metadata"]).find(Boolean);
  assert.deepEqual(metadata, {
    validation_link: "https://accounts.google.com/signin/continue?emulated=1&Email=***",
  });
});
