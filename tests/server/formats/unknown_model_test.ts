/** The error for a model that no account serves, by kind of account. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const CALLS = [
  ["chat/completions", { messages: [{ role: "user", content: "Hi" }] }],
  ["responses", { input: "Hi" }],
  ["responses", { input: "Hi", store: true }],
  ["messages", { max_tokens: 9, messages: [{ role: "user", content: "Hi" }] }],
  ["embeddings", { input: "Hi" }],
] as const;

for (const kind of ["gemini-api", "vertex", "code-assist"] as const) {
  Deno.test(`A model that ${kind} does not have is named, with what to do`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    for (const [path, body] of CALLS) {
      if (path === "embeddings" && kind === "code-assist") continue;
      for (const model of ["gpt-5", "claude-sonnet-5", "vendor/gemini-2.5-flash"]) {
        const response = await fetch(`${gateway.url}/v1/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model, ...body }),
        });
        const { error } = await response.json();
        const subject = `${path} ${model}: ${error.message}`;
        assert.equal(response.status, 404, subject);
        assert.ok(error.message.startsWith(`No account serves the model "${model}". `), subject);
        assert.match(error.message, /\/v1\/models lists .*"models\.aliases"/, subject);
        if (path === "messages") assert.equal(error.type, "not_found_error");
        else assert.equal(error.code, "model_not_found", subject);
      }
    }
  });
}

Deno.test("A file that is not there is not taken for a model", async () => {
  await using gateway = await startEmulatedGateway();
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({
      model: "gemini-2.5-flash",
      messages: [{
        role: "user",
        content: [{ type: "file", file: { file_id: "files/gone" } }],
      }],
    }),
  });
  assert.doesNotMatch((await response.json()).error.message, /No account serves the model/);
});
