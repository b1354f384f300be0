/** Agents, environments and what belongs to them: made, listed, changed and refused as by Google. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { ask, create } from "../interactions/interaction_calls.ts";

type Caller = readonly [Emulator, string];

async function start(): Promise<{ emulator: Emulator; caller: Caller; other: Caller }> {
  const emulator = await startEmulator({ clock: { now: () => 0 } });
  const [a, b] = ["p", "q"].map((project) => emulator.addApiKey(project, { project }));
  assert.ok(a !== undefined && b !== undefined);
  return { emulator, caller: [emulator, a], other: [emulator, b] };
}

const AGENT = "antigravity-preview-09-2026";
const INTERACTION = { agent: AGENT, input: "Work" };
const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  agents: { id: "mine", base_agent: AGENT, tools: [{ type: "google_search" }] },
  environments: { network: "disabled", sources: [{ type: "inline", content: "x", target: "a" }] },
  triggers: { schedule: "0 9 * * *", time_zone: "UTC", interaction: INTERACTION },
  webhooks: { name: "Mine", uri: "https://a.example/hook", subscribed_events: ["batch.failed"] },
  credentials: { id: "mine", type: "bearer_token", token: "planted-token" },
  voices: { store: true, voice: { type: "prompted", prompted: { input: "warm" } } },
};

for (const [collection, body] of Object.entries(BODIES)) {
  Deno.test(`${collection} are made, read, listed and deleted in their own project`, async () => {
    const { emulator, caller, other } = await start();
    await using _ = emulator;
    const made = await ask(caller, `POST ${collection}`, body);
    assert.equal(made.status, 200, made.text);
    const { id, new_signing_secret: _secret, ...rest } = made.json;
    assert.equal(typeof id, "string");
    const path = `${collection}/${id}`;
    assert.deepEqual((await ask(caller, `GET ${path}`)).json, { ...rest, id });
    const listed = (await ask(caller, `GET ${collection}?page_size=1`)).json;
    assert.deepEqual(listed[collection][0], { ...rest, id });
    for (const verb of ["GET", "DELETE"]) {
      const refused = await ask(other, `${verb} ${path}`);
      assert.deepEqual([refused.status, refused.json.error.code], [404, "not_found"]);
    }
    const strange = await ask(caller, `POST ${collection}`, { ...body, strange: 1 });
    assert.equal(strange.json.error.code, "parameter_unknown");
    assert.deepEqual((await ask(caller, `DELETE ${path}`)).json, {});
    assert.equal((await ask(caller, `GET ${path}`)).status, 404);
  });
}

Deno.test("a list has pages, and a token is valid in its own project only", async () => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  for (let nth = 0; nth < 3; nth++) await ask(caller, "POST environments", {});
  const first = (await ask(caller, "GET environments?page_size=2")).json;
  assert.equal(first.environments.length, 2);
  const rest = (await ask(caller, `GET environments?page_token=${first.next_page_token}`)).json;
  assert.equal(rest.environments.length, 1);
  assert.equal(rest.next_page_token, undefined);
  const foreign = await ask(other, `GET environments?page_token=${first.next_page_token}`);
  assert.equal(foreign.json.error.code, "invalid_request");
  assert.deepEqual((await ask(other, "GET environments")).json, {});
});

Deno.test("an id that exists is refused", async () => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  for (const collection of ["agents", "credentials"]) {
    await ask(caller, `POST ${collection}`, BODIES[collection]);
    const again = await ask(caller, `POST ${collection}`, BODIES[collection]);
    assert.deepEqual([again.status, again.json.error.code], [409, "already_exists"]);
    assert.equal((await ask(other, `POST ${collection}`, BODIES[collection])).status, 200);
  }
});

Deno.test("what a body names is of its own project, and its values are valid", async (t) => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  const { id: environment } = (await ask(other, "POST environments", {})).json;
  for (const collection of ["agents", "credentials"]) {
    await ask(other, `POST ${collection}`, BODIES[collection]);
  }
  const network = { allowlist: [{ domain: "a.example", credential: "mine" }] };
  const env = { TOKEN: { credential: "credentials/mine" } };
  const agent = (environment: unknown) => ({ base_agent: AGENT, base_environment: environment });
  const { triggers, webhooks } = BODIES;
  const named: readonly (readonly [string, unknown])[] = [
    ["agents", { base_agent: "mine" }],
    ["agents", agent(environment)],
    ["agents", agent({ type: "remote", environment_id: environment })],
    ["agents", agent({ type: "remote", network })],
    ["agents", agent({ type: "remote", env })],
    ["environments", { from_environment: environment }],
    ["environments", { from_environment: `environments/${environment}` }],
    ["environments", { network }],
    ["triggers", { ...triggers, environment_id: environment }],
  ];
  const invalid: readonly (readonly [string, unknown])[] = [
    ["triggers", { ...triggers, schedule: "daily" }],
    ["webhooks", { ...webhooks, uri: "http://a.example/hook" }],
    ["voices", { store: true, voice: { type: "model", model: "x" } }],
    ["voices", { store: true, voice: { type: "prompted" } }],
    ["voices", { voice: { type: "replicated" } }],
  ];
  for (const [collection, body] of named) {
    await t.step(`${collection} ${JSON.stringify(body)}`, async () => {
      const refused = await ask(caller, `POST ${collection}`, body);
      assert.deepEqual([refused.status, refused.json.error.code], [404, "not_found"]);
      assert.equal((await ask(other, `POST ${collection}`, body)).status, 200);
    });
  }
  for (const [collection, body] of invalid) {
    await t.step(`${collection} ${JSON.stringify(body)}`, async () => {
      const refused = await ask(caller, `POST ${collection}`, body);
      assert.deepEqual([refused.status, refused.json.error.code], [400, "invalid_request"]);
    });
  }
});

Deno.test("an interaction uses an agent and an environment of its own project only", async () => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  await ask(caller, "POST agents", BODIES["agents"]);
  const environment = (await ask(caller, "POST environments", {})).json.id;
  const body = { model: undefined, agent: "mine", input: "Hello" };
  for (const named of [environment, { type: "remote", environment_id: environment }]) {
    const { json } = await create(caller, { ...body, environment: named });
    assert.deepEqual([json.agent, json.environment_id], ["mine", environment]);
  }
  const made = (await create(caller, { ...body, environment: "remote" })).json.environment_id;
  assert.notEqual(made, environment);
  assert.equal((await ask(caller, `GET environments/${made}`)).json.status, "active");
  assert.equal((await create(other, body)).status, 404);
  const mixed = { ...body, agent: AGENT, environment };
  assert.equal((await create(other, mixed)).status, 404);
});

Deno.test("triggers, webhooks and credentials are changed, and secrets are not shown", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const trigger = (await ask(caller, "POST triggers", BODIES["triggers"])).json;
  const run = (await ask(caller, `POST triggers/${trigger.id}/executions`)).json;
  assert.equal(run.trigger_id, trigger.id);
  assert.equal((await ask(caller, `GET interactions/${run.interaction_id}`)).status, 200);
  const runs = (await ask(caller, `GET triggers/${trigger.id}/executions`)).json;
  assert.deepEqual(runs.trigger_executions, [run]);
  const where = (await ask(caller, "POST environments", {})).json.id;
  const placed = { ...BODIES["triggers"], environment_id: where };
  const second = (await ask(caller, "POST triggers", placed)).json;
  const secondRun = (await ask(caller, `POST triggers/${second.id}/executions`)).json;
  assert.equal(secondRun.environment_id, where);
  const own = (await ask(caller, `GET triggers/${second.id}/executions`)).json;
  assert.deepEqual(own.trigger_executions, [secondRun]);
  const { previous_interaction_id } = (await ask(caller, `GET triggers/${second.id}`)).json;
  assert.equal(previous_interaction_id, secondRun.interaction_id);
  const paused = await ask(caller, `PATCH triggers/${trigger.id}`, { status: "paused" });
  assert.equal(paused.json.status, "paused");
  const refused = await ask(caller, `POST triggers/${trigger.id}/executions`);
  assert.equal(refused.json.error.code, "failed_precondition");
  const webhook = (await ask(caller, "POST webhooks", BODIES["webhooks"])).json;
  const path = `webhooks/${webhook.id}`;
  const changed = await ask(caller, `PATCH ${path}?update_mask=name`, {
    name: "New",
    uri: "https://b.example/",
  });
  assert.deepEqual([changed.json.name, changed.json.uri], ["New", webhook.uri]);
  const unmasked = await ask(caller, `PATCH ${path}?update_mask=uri`, { name: "New" });
  assert.deepEqual([unmasked.status, unmasked.json.error?.code], [400, "invalid_request"]);
  assert.deepEqual((await ask(caller, `POST ${path}:ping`, {})).json, {});
  for (const action of ["ping", "rotateSigningSecret"]) {
    const strange = await ask(caller, `POST ${path}:${action}`, { strange: 1 });
    assert.equal(strange.json.error?.code, "parameter_unknown");
  }
  const { secret } = (await ask(caller, `POST ${path}:rotateSigningSecret`, {})).json;
  assert.notEqual(secret, webhook.new_signing_secret);
  const { signing_secrets } = (await ask(caller, `GET ${path}`)).json;
  assert.deepEqual(signing_secrets, [{ truncated_secret: secret.slice(-4) }]);
  assert.equal(webhook.signing_secrets[0].truncated_secret.length, 4);
  const credential = await ask(caller, "POST credentials", BODIES["credentials"]);
  assert.doesNotMatch(credential.text, /planted/);
  const update = { type: "bearer_token", token: "planted-other" };
  const renewed = await ask(caller, "PATCH credentials/mine?update_mask=token", update);
  assert.equal(renewed.status, 200);
  assert.doesNotMatch(renewed.text, /planted/);
  const other = { type: "oauth2", client_id: "x" };
  assert.equal((await ask(caller, "PATCH credentials/mine", other)).status, 400);
});

Deno.test("voices: those of the catalogue, stored ones, and one with a key", async () => {
  const { emulator, caller } = await start();
  await using _ = emulator;
  const audio = { data: "AAAA", mime_type: "audio/wav" };
  const voice = { type: "replicated", replicated: { consent_audio: audio, source_audio: audio } };
  const kept = (await ask(caller, "POST voices", { voice })).json;
  assert.match(kept.key, /^voicekey_/);
  assert.equal(kept.id, undefined);
  const stored = (await ask(caller, "POST voices", { store: true, voice })).json;
  assert.deepEqual([stored.type, stored.replicated], ["replicated", undefined]);
  assert.deepEqual(await ask(caller, `DELETE voices/${stored.id}`).then(({ json }) => json), {});
  assert.equal((await ask(caller, "GET voices/Puck")).json.type, "prebuilt");
  await ask(caller, "POST voices", BODIES["voices"]);
  const all = (await ask(caller, "GET voices")).json.voices;
  assert.deepEqual(all.map(({ type }: { type: string }) => type), [
    "prompted",
    "prebuilt",
    "prebuilt",
  ]);
  assert.equal((await ask(caller, "GET voices?type=prompted")).json.voices.length, 1);
  const unstored = { voice: { type: "prompted", prompted: { input: "x" } } };
  assert.equal((await ask(caller, "POST voices", unstored)).json.error.code, "invalid_request");
});

Deno.test("decisions.create answers each question in the form of its type", async () => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  const unknown = { model: "none", input: "x", questions: {} };
  assert.equal((await ask(caller, "POST decisions", unknown)).status, 404);
  const { name } = emulator.files("q").plant({});
  const input = [{
    type: "document",
    uri: `https://generativelanguage.googleapis.com/v1beta/${name}`,
    mime_type: "text/plain",
  }];
  const foreign = { model: "gemini-3.6-flash", input, questions: {} };
  assert.equal((await ask(caller, "POST decisions", foreign)).status, 403);
  assert.equal((await ask(other, "POST decisions", foreign)).status, 200);
  const { json } = await ask(caller, "POST decisions", {
    model: "gemini-3.6-flash",
    input: "Hello",
    questions: {
      a: { type: "choice", instructions: "x", criteria: { yes: "1", no: "2" } },
      b: { type: "score", instructions: "x", criteria: ["bad", "good"] },
      c: { type: "noul", instructions: "x" },
    },
  });
  assert.equal(json.answers.a.choice, "yes");
  assert.equal(json.answers.b.legend["1"], "good");
  assert.equal(json.answers.c.noul, 1);
});

Deno.test("files of an environment are uploaded in a session, listed and downloaded", async () => {
  const { emulator, caller, other } = await start();
  await using _ = emulator;
  const { id } = (await ask(caller, "POST environments", {})).json;
  const upload = (query: string, path = "src/a.txt") =>
    fetch(`${emulator.url}/upload/v1beta/environments/${id}/files/${path}${query}`, {
      method: "PUT",
      headers: {
        "x-goog-api-key": caller[1],
        "x-goog-upload-command": "start",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-header-content-length": "5",
        "x-goog-upload-header-content-type": "text/plain",
      },
    });
  const started = await upload("");
  await started.body?.cancel();
  assert.equal(started.status, 200);
  const address = started.headers.get("x-goog-upload-url") ?? "";
  const sent = await fetch(address, {
    method: "POST",
    headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
    body: "Hello",
  });
  const { file } = await sent.json();
  assert.deepEqual([file.path, file.size_bytes], ["src/a.txt", "5"]);
  assert.equal((await (await upload("")).json()).error.code, "already_exists");
  for (const [query, path, status] of [["?extract=true", "a.zip", 501], ["", "", 400]] as const) {
    const refused = await upload(query, path);
    await refused.body?.cancel();
    assert.equal(refused.status, status, path);
  }
  const files = `environments/${id}/files`;
  assert.deepEqual((await ask(caller, `GET ${files}/src`)).json.files, [file]);
  assert.deepEqual((await ask(caller, `GET ${files}/.?recursive=true`)).json.files, [file]);
  const media = await ask(caller, `GET ${files}/src/a.txt?alt=media`);
  assert.deepEqual([media.type, media.text], ["text/plain", "Hello"]);
  for (const path of ["none?alt=media", "src?alt=media", "none"]) {
    assert.equal((await ask(caller, `GET ${files}/${path}`)).status, 404, path);
  }
  assert.deepEqual((await ask(caller, `GET ${files}/.`)).json, {});
  const empty = (await ask(caller, "POST environments", {})).json.id;
  assert.deepEqual(
    (await ask(caller, `GET environments/${empty}/files/.?recursive=true`)).json,
    {},
  );
  const again = await upload("?overwrite=true");
  await again.body?.cancel();
  assert.equal(again.status, 200);
  await (await fetch(again.headers.get("x-goog-upload-url") ?? "", {
    method: "POST",
    headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
    body: "World",
  })).body?.cancel();
  assert.equal((await ask(caller, `GET ${files}/src/a.txt?alt=media`)).text, "World");
  assert.equal((await ask(caller, `GET ${files}/src`)).json.files.length, 1);
  assert.equal((await ask(other, `GET ${files}/src`)).status, 404);
});
