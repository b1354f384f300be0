/** What makes something is asked of another account only after a refusal that proves that nothing was done. @module */
import assert from "node:assert/strict";
import { type MethodRow, METHODS } from "../../../src/gemini/api/methods.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const AGENT = "antigravity-preview-09-2026";

/** Calls that make something at any account, by path. */
const CREATES = {
  "v1alpha/auth_tokens": { uses: 1 },
  "v1beta/agents": { id: "mine", base_agent: AGENT },
  "v1beta/environments": {},
  "v1beta/triggers": {
    schedule: "0 9 * * *",
    time_zone: "UTC",
    interaction: { agent: AGENT, input: "hi", environment: "remote" },
  },
  "v1beta/webhooks": {
    uri: "https://hooks.test",
    name: "h",
    subscribed_events: ["batch.succeeded"],
  },
  "v1beta/credentials": { id: "mine", type: "bearer_token", token: "planted-token" },
  "v1beta/voices": { store: true, voice: { type: "prompted", prompted: { input: "calm" } } },
  "v1beta/corpora": { displayName: "mine" },
  "v1beta/tunedModels": {
    baseModel: "models/gemini-2.5-flash",
    tuningTask: { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } },
  },
} as const;

/** What the first account does; the client's status, and how many requests Google gets. */
const OUTCOMES = [["429-bare", 200, 2], ["503", 503, 1], ["500", 500, 1]] as const;

Deno.test("No row that makes something is retried after every failure", () => {
  for (const [name, row] of Object.entries<MethodRow>(METHODS)) {
    // A session is retried until it is set up.
    if (row.makes.length === 0 || row.response === "socket") continue;
    assert.notEqual(row.retry, "anywhere", name);
  }
});

for (const [path, body] of Object.entries(CREATES)) {
  const method = `${path.split("/")[1]}.create`;
  Deno.test(`POST ${path} is asked of another account only if nothing was done`, async () => {
    for (const [outcome, status, requests] of OUTCOMES) {
      await using gateway = await startEmulatedGateway({
        accounts: { one: "gemini-api", two: "gemini-api" },
      });
      let calls = 0;
      for (const name of ["one", "two"]) {
        const rule = () => calls++ === 0 ? outcome : "ok";
        gateway.emulator.always(name, rule, { method });
      }
      const response = await fetch(`${gateway.url}/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      assert.deepEqual([response.status, calls], [status, requests], await response.text());
    }
  });
}
