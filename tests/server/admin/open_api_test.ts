/** The OpenAPI document of the admin API, and what it says of real responses. @module */
import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { call } from "../../support/gemini_call.ts";

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
    const name = ref?.replace("#/components/schemas/", "") ?? "";
    assert.ok(Object.hasOwn(document.components.schemas, name), ref);
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
