/** The OpenAPI document of the admin API, and what it says of real responses. @module */
import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { call } from "../../support/gemini_call.ts";
import { planted } from "../../support/planted.ts";

/** Every route, as `VERB /path`. */
const ROUTES = [
  "DELETE /accounts/{name}",
  "DELETE /keys/{name}",
  "GET /accounts",
  "GET /accounts/{name}",
  "GET /audit",
  "GET /calls",
  "GET /calls/{name}",
  "GET /config",
  "GET /events",
  "GET /keys",
  "GET /keys/{name}",
  "GET /models",
  "GET /openapi.json",
  "GET /status",
  "GET /usage",
  "PATCH /accounts/{name}",
  "PATCH /keys/{name}",
  "POST /accounts",
  "POST /accounts/{name}/disable",
  "POST /accounts/{name}/enable",
  "POST /accounts/{name}/test",
  "POST /keys",
  "POST /keys/{name}/disable",
  "POST /keys/{name}/enable",
  "POST /keys/{name}/rotate",
  "POST /ui-codes",
];

/** Part of a JSON Schema. */
// deno-lint-ignore no-explicit-any -- A document is looked at freely.
type Json = any;

Deno.test("GET /admin/v1/openapi.json is valid OpenAPI 3.1 that describes every route", async () => {
  await using gateway = await startAdminGateway();
  const document = await gateway.get("/openapi.json");
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(document.openapi, "3.1.0");
  const described = Object.entries<Json>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${path}`)
  );
  assert.deepEqual(described.sort(), ROUTES);
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
  assert.ok(refs.length > 10);
  for (const ref of refs) {
    const [kind = "", name = ""] = ref?.replace("#/components/", "").split("/") ?? [];
    assert.ok(Object.hasOwn(document.components[kind], name), ref);
  }
});

Deno.test("The OpenAPI document says what bodies and parameters the routes take", async () => {
  await using gateway = await startAdminGateway();
  const { paths } = await gateway.get("/openapi.json");
  const limit = paths["/calls"].get.parameters.find(({ name }: Json) => name === "limit");
  assert.deepEqual([limit.in, limit.schema.minimum, limit.schema.maximum], ["query", 1, 500]);
  const create = paths["/keys"].post.requestBody;
  const schema = create.content["application/json"].schema;
  assert.deepEqual([create.required, schema.required, schema.additionalProperties], [
    true,
    ["name"],
    false,
  ]);
  assert.equal(paths["/keys/{name}/rotate"].post.requestBody.required, false);
  assert.equal(paths["/accounts/{name}/enable"].post.requestBody, undefined);
  assert.ok("204" in paths["/keys/{name}"].delete.responses);
  assert.ok("201" in paths["/keys"].post.responses);
  assert.ok("text/event-stream" in paths["/events"].get.responses["200"].content);
});

Deno.test("The OpenAPI document names the status of every error that a client can cause", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one", "two"] });
  await gateway.ask("POST", "/keys", { name: "ada" });
  await gateway.ask("POST", "/keys", { name: "bob" });
  const { paths } = await gateway.get("/openapi.json");
  const seen = new Set<string>();
  function check(verb: string, path: string, status: number): void {
    const { responses } = paths[path][verb.toLowerCase()];
    assert.ok(Object.hasOwn(responses, status), `${verb} ${path} has no ${status}`);
    assert.ok(Object.hasOwn(responses, "default"));
    seen.add(`${status}`);
  }
  for (const [verb = "", path = ""] of ROUTES.map((route) => route.split(" "))) {
    const real = path.replace("{name}", path.startsWith("/keys") ? "ada" : "one");
    const url = `${gateway.url}/admin/v1${real}`;
    for (const headers of [{}, { forwarded: "for=192.0.2.1" }]) {
      const response = await fetch(url, { method: verb, headers });
      await response.body?.cancel();
      assert.ok(response.status === 401 || response.status === 403);
      check(verb, path, response.status);
    }
    // The mount point serves codes, and reads nothing of the request.
    if (path === "/ui-codes") continue;
    const unknown = await gateway.ask(verb, `${real}?no-such-parameter=1`);
    assert.equal(unknown.status, 400);
    check(verb, path, 400);
    if (path.includes("{")) {
      const body = verb === "PATCH" ? {} : undefined;
      const { status } = await gateway.ask(verb, path.replace("{name}", "nobody"), body);
      assert.equal(status, 404);
      check(verb, path, 404);
    }
    if (verb === "GET") continue;
    const large = await gateway.ask(verb, real, { large: "x".repeat(1 << 20) });
    assert.equal(large.status, 413);
    check(verb, path, 413);
  }
  const taken = [
    ["POST", "/keys", { name: "ada" }],
    ["POST", "/accounts", { kind: "gemini-api", name: "one", apiKey: planted("taken") }],
    ["PATCH", "/keys/{name}", { name: "bob" }],
    ["PATCH", "/accounts/{name}", { name: "two" }],
  ] as const;
  for (const [verb, path, body] of taken) {
    const name = path.startsWith("/keys") ? "ada" : "one";
    const { status, json } = await gateway.ask(verb, path.replace("{name}", name), body);
    assert.equal(status, 409, JSON.stringify(json));
    check(verb, path, status);
  }
  assert.equal((await gateway.ask("GET", "/usage?key=nobody")).status, 404);
  check("GET", "/usage", 404);
  assert.deepEqual([...seen].sort(), ["400", "401", "403", "404", "409", "413"]);
});

Deno.test("Responses have the members that the OpenAPI document names, and no others", async () => {
  await using gateway = await startAdminGateway();
  await gateway.ask("POST", "/keys", { name: "ada", limits: { tokensPerDay: 9 } });
  const { json: { text } } = await gateway.ask("POST", "/keys/ada/rotate");
  await (await call(gateway.url, { headers: { "x-goog-api-key": text } })).text();
  const { requestId } = await gateway.waitForCall(({ method }) => method === "generateContent");
  const document = await gateway.get("/openapi.json");
  for (const route of ROUTES.filter((route) => route.startsWith("GET "))) {
    const path = route.slice(4);
    if (path === "/events") continue;
    const names: Record<string, string> = { "/calls/{name}": requestId, "/keys/{name}": "ada" };
    const json = await gateway.get(path.replace("{name}", names[path] ?? "one"));
    const { schema } = document.paths[path].get.responses["200"].content["application/json"];
    checkMembers(json, { schema, document, at: path });
  }
});

/** Checks that a value has the members that a schema requires, and only members that it knows. */
function checkMembers(
  value: Json,
  { schema, document, at }: { readonly schema: Json; readonly document: Json; readonly at: string },
): void {
  if (typeof schema?.$ref === "string") {
    const name = schema.$ref.replace("#/components/schemas/", "");
    return checkMembers(value, { schema: document.components.schemas[name], document, at });
  }
  if (Array.isArray(value)) {
    for (const one of value) checkMembers(one, { schema: schema.items, document, at: `${at}[]` });
    return;
  }
  if (schema?.properties === undefined) return;
  for (const name of schema.required ?? []) assert.ok(Object.hasOwn(value, name), `${at}.${name}`);
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(schema.properties, name);
    assert.ok(known || schema.additionalProperties !== false, `${at}.${name} is not described`);
    if (known) {
      checkMembers(member, { schema: schema.properties[name], document, at: `${at}.${name}` });
    }
  }
}
