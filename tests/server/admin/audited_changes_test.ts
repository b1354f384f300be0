/** Every route of the admin API that changes something enters it in the audit log. @module */
import assert from "node:assert/strict";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { planted } from "../../support/planted.ts";

/** What changes nothing that is stored: the test of an account, and codes, whose use is entered as a sign-in. */
const NO_CHANGE = ["accounts.test", "ui-codes"];

/** A request for each of the others, in an order in which all succeed. */
const CHANGES: readonly (readonly [verb: string, path: string, body?: unknown])[] = [
  ["POST", "/accounts", { kind: "gemini-api", name: "new", apiKey: planted("new") }],
  ["PATCH", "/accounts/new", { labels: ["a"] }],
  ["POST", "/accounts/new/disable"],
  ["POST", "/accounts/new/enable"],
  ["DELETE", "/accounts/new"],
  ["POST", "/keys", { name: "ada" }],
  ["PATCH", "/keys/ada", { labels: ["a"] }],
  ["POST", "/keys/ada/disable"],
  ["POST", "/keys/ada/enable"],
  ["POST", "/keys/ada/rotate"],
  ["DELETE", "/keys/ada"],
];

Deno.test("Each change by the admin API is one entry of the audit log, by its operation's name", async () => {
  await using gateway = await startAdminGateway();
  const { paths } = await gateway.get("/openapi.json");
  const operations = Object.values<Record<string, { operationId: string }>>(paths)
    .flatMap((verbs) => Object.entries(verbs))
    .filter(([verb]) => verb !== "get")
    .map(([, { operationId }]) => operationId);
  const entered: string[] = [];
  for (const [verb, path, body] of CHANGES) {
    const { status, json } = await gateway.ask(verb, path, body);
    assert.ok(status >= 200 && status < 300, `${verb} ${path}: ${JSON.stringify(json)}`);
    const { entries } = await gateway.get("/audit");
    const own = entries.filter(({ door }: { door: string }) => door === "admin-api");
    entered.push(own[0].action);
    assert.equal(own.length, entered.length, `${verb} ${path}`);
    assert.ok(["new", "ada"].includes(own[0].subject));
    assert.ok(!JSON.stringify(entries).includes(planted("new")));
  }
  assert.deepEqual(entered.sort(), operations.filter((id) => !NO_CHANGE.includes(id)).sort());
});
