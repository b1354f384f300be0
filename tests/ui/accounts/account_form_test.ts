/**
 * The forms for accounts as requests of the admin API.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  aboutCredentials,
  accountChangesOf,
  newAccountOf,
} from "../../../src/ui/client/accounts/account_form.js";
import { FieldFault } from "../../../src/ui/client/parts/form_values.js";
import { planted } from "../../support/planted.ts";

const KEY = planted("api-key");

/** The field and reason of the fault that a form has. */
function faultOf(fields: Record<string, string>): readonly string[] {
  try {
    newAccountOf(fields);
  } catch (error) {
    if (error instanceof FieldFault) return [error.field, error.why];
    throw error;
  }
  return [];
}

Deno.test("newAccountOf() makes the request for each kind of account", () => {
  assert.deepEqual(
    newAccountOf({
      kind: "gemini-api",
      name: " home ",
      apiKey: ` ${KEY}\n`,
      labels: "mine, test",
      project: "ignored",
      location: "ignored",
      baseUrls: "http://127.0.0.1:9",
    }),
    {
      kind: "gemini-api",
      name: "home",
      apiKey: KEY,
      labels: ["mine", "test"],
      baseUrls: ["http://127.0.0.1:9"],
    },
  );
  const file = { type: "service_account", project_id: "blue" };
  assert.deepEqual(
    newAccountOf({
      kind: "vertex",
      credential: "file",
      name: "cloud",
      credentials: JSON.stringify(file),
      project: "blue",
      location: "global",
    }),
    { kind: "vertex", name: "cloud", credentials: file, project: "blue", location: "global" },
  );
  assert.deepEqual(
    newAccountOf({
      kind: "vertex",
      credential: "key",
      name: "express",
      apiKey: KEY,
      location: "x",
    }),
    { kind: "vertex", name: "express", apiKey: KEY },
  );
  assert.deepEqual(
    newAccountOf({
      kind: "code-assist",
      name: "work",
      credentials: "{}",
      location: "x",
      agreesToRisk: "yes",
    }),
    { kind: "code-assist", name: "work", credentials: {}, agreesToRisk: true },
  );
});

Deno.test("newAccountOf() names the field that is missing or cannot be read", () => {
  const vertex = { kind: "vertex", credential: "file", name: "a", location: "global" };
  const cases = [
    [{ kind: "gemini-api", name: " ", apiKey: KEY }, "name", "nameMissing"],
    [{ kind: "gemini-api", name: "a" }, "apiKey", "keyMissing"],
    [{ kind: "gemini-api", name: "a", apiKey: "a b" }, "apiKey", "keyHasSpaces"],
    [vertex, "credentials", "credentialsMissing"],
    [{ ...vertex, credentials: "{" }, "credentials", "credentialsNotJson"],
    [{ ...vertex, credentials: "[]" }, "credentials", "credentialsNotJson"],
    [{ ...vertex, credentials: "{}", location: "" }, "location", "locationMissing"],
    [{ kind: "code-assist", name: "a", credentials: "{}" }, "agreesToRisk", "riskNotAccepted"],
  ] as const;
  for (const [fields, field, why] of cases) assert.deepEqual(faultOf(fields), [field, why]);
});

Deno.test("accountChangesOf() sends what was changed, and nothing else", () => {
  const account = {
    id: "acc_1",
    name: "home",
    kind: "gemini-api",
    enabled: true,
    baseUrls: [],
    credential: "api_key",
    labels: ["mine"],
    weight: 2,
    models: { allow: ["gemini-*"], deny: [] },
  } as const;
  const same = { name: "home", labels: "mine", weight: "2", allow: "gemini-*" };
  assert.deepEqual(accountChangesOf(account, same), {});
  assert.deepEqual(
    accountChangesOf(account, {
      ...same,
      name: "house",
      labels: "",
      weight: "",
      priority: "-1",
      deny: "*-pro",
      apiKey: KEY,
    }),
    { name: "house", labels: null, weight: null, priority: -1, deny: ["*-pro"], apiKey: KEY },
  );
});

Deno.test("accountChangesOf() leaves alone what the form has no field for", () => {
  const account = {
    id: "acc_1",
    name: "cloud",
    kind: "vertex",
    enabled: true,
    baseUrls: ["https://aiplatform.googleapis.com"],
    credential: "service_account",
    project: "blue",
    location: "global",
    proxy: "http://***:***@proxy.example:8080",
  } as const;
  const same = { name: "cloud", baseUrls: account.baseUrls.join(", "), proxy: account.proxy };
  assert.deepEqual(accountChangesOf(account, same), {});
  assert.deepEqual(
    accountChangesOf(account, {
      ...same,
      project: "green",
      location: "us-central1",
      proxy: "",
      baseUrls: "",
      quotaProject: "billing",
    }),
    {
      project: "green",
      location: "us-central1",
      quotaProject: "billing",
      baseUrls: null,
      proxy: null,
    },
  );
  assert.throws(() => accountChangesOf(account, { name: "cloud", location: " " }), FieldFault);
});

Deno.test("aboutCredentials() reads type and project of a credentials file", () => {
  assert.deepEqual(aboutCredentials('{"type":"service_account","project_id":"blue"}'), {
    type: "service_account",
    project: "blue",
  });
  assert.deepEqual(aboutCredentials('{"type":1}'), { type: "", project: "" });
  assert.equal(aboutCredentials("type"), undefined);
});

Deno.test("A credentials file with a byte order mark is read", () => {
  const text = '\ufeff{"type":"authorized_user","project_id":"p"}\r\n';
  assert.deepEqual(aboutCredentials(text), { type: "authorized_user", project: "p" });
});
