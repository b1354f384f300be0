/** Tuned models, corpora and grounded answers through the gateway, at the account that holds them. @module */
import assert from "node:assert/strict";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { errorOf } from "../support/gemini_call.ts";

const TUNED = {
  displayName: "My model",
  baseModel: "models/gemini-2.5-flash",
  tuningTask: { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } },
};
const contents = [{ role: "user", parts: [{ text: "Say something made up" }] }];

async function startBed(accounts: Readonly<Record<string, AccountKind>> = { one: "gemini-api" }) {
  const gateway = await startEmulatedGateway({
    accounts,
    settings: { routing: { strategy: "balance" } },
  });
  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(gateway.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const account = response.headers.get("x-pollux-account");
    const attempts = Number(response.headers.get("x-pollux-attempts"));
    const json = await response.json();
    assert.equal(response.status, 200, JSON.stringify(json));
    return { json, account, attempts };
  }
  return {
    gateway,
    emulator: gateway.emulator,
    call,
    /** Makes one resource with each of two accounts; gives what each made. */
    async makeWithBoth(path: string, body: unknown) {
      const made = new Map<string | null, Awaited<ReturnType<typeof call>>["json"]>();
      for (let nth = 0; nth < 12 && made.size < 2; nth++) {
        const { json, account } = await call("POST", path, body);
        made.set(account, json);
      }
      assert.equal(made.size, 2, "One account made everything");
      return made;
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

Deno.test("A tuned model is made, called, changed, shared and deleted at its account", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api", three: "vertex" });
  for (const [maker, operation] of await bed.makeWithBoth("/v1beta/tunedModels", TUNED)) {
    const { tunedModel } = operation.metadata;
    const path = `/v1beta/${tunedModel}`;
    const steps = [
      ["GET", `/v1beta/${operation.name}`],
      ["GET", `/v1beta/${operation.name}`],
      ["GET", `${path}/operations`],
      ["GET", path],
      ["PATCH", `${path}?updateMask=description`, { description: "Mine" }],
      ["POST", `${path}:transferOwnership`, { emailAddress: "planted-a@b.example" }],
      ["POST", `${path}:generateContent`, { contents, sessionId: "s" }],
      ["POST", `${path}/permissions`, { granteeType: "EVERYONE", role: "READER" }],
      ["GET", `${path}/permissions`],
    ] as const;
    const results = [];
    for (const [verb, target, body] of steps) {
      const { json, account } = await bed.call(verb, target, body);
      assert.equal(account, maker, `${verb} ${target}`);
      results.push(json);
    }
    const [pending, done, operations, model, changed, , answer, permission, permissions] = results;
    assert.deepEqual([pending.done, done.done], [undefined, true]);
    assert.deepEqual(operations.operations, [done]);
    assert.deepEqual([model.state, changed.description], ["ACTIVE", "Mine"]);
    assert.ok(answer.candidates[0].content.parts[0].text);
    assert.deepEqual(permissions.permissions, [permission]);
    const stream = await fetch(`${bed.gateway.url}${path}:streamGenerateContent?alt=sse`, {
      method: "POST",
      body: JSON.stringify({ contents }),
    });
    assert.equal(stream.headers.get("x-pollux-account"), maker);
    assert.match(await stream.text(), /^data: \{"candidates"/);
    const target = `/v1beta/${permission.name}`;
    assert.deepEqual((await bed.call("GET", target)).json, permission);
    const patched = await bed.call("PATCH", `${target}?updateMask=role`, { role: "WRITER" });
    assert.equal(patched.json.role, "WRITER");
    assert.deepEqual((await bed.call("DELETE", target)).json, {});
    // The permission is gone, and not the model.
    assert.equal((await bed.call("GET", path)).account, maker);
    assert.deepEqual((await bed.call("DELETE", path)).json, {});
    const gone = await errorOf(await fetch(bed.gateway.url + path));
    assert.deepEqual([gone.code, gone.status], [403, "PERMISSION_DENIED"]);
  }
  const turns = bed.gateway.calls.filter(({ method }) => method === "tunedModels.generateContent");
  assert.ok(turns.every(({ usage }) => (usage?.total ?? 0) > 0), "Tokens are not counted");
});

Deno.test("A model that is tuned further stays with the account of the first", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  for (const [maker, operation] of await bed.makeWithBoth("/v1beta/tunedModels", TUNED)) {
    const { baseModel: _, ...rest } = TUNED;
    const { tunedModel } = operation.metadata;
    for (
      const source of [{ tunedModelSource: { tunedModel } }, {
        tuned_model_source: { tuned_model: tunedModel },
      }]
    ) {
      const made = await bed.call("POST", "/v1beta/tunedModels", { ...rest, ...source });
      assert.deepEqual([made.account, made.attempts], [maker, 1]);
    }
  }
});

Deno.test("The tuned models of all accounts are one list", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const made = [];
  for (let nth = 0; nth < 5; nth++) {
    const { json } = await bed.call("POST", "/v1beta/tunedModels", TUNED);
    made.push(json.metadata.tunedModel);
  }
  const listed: string[] = [];
  let pageToken = "";
  do {
    const query = `?pageSize=2${pageToken && `&pageToken=${pageToken}`}`;
    const { json } = await bed.call("GET", `/v1beta/tunedModels${query}`);
    for (const { name } of json.tunedModels) listed.push(name);
    pageToken = json.nextPageToken ?? "";
  } while (pageToken !== "");
  assert.deepEqual(listed.toSorted(), made.toSorted());
});

Deno.test("A tuned model that the gateway did not make is found by a read", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const key = bed.emulator.addApiKey("late", { project: bed.emulator.projectOf("two") });
  const response = await fetch(`${bed.emulator.url}/v1beta/tunedModels?tunedModelId=foreign`, {
    method: "POST",
    headers: { "x-goog-api-key": key },
    body: JSON.stringify(TUNED),
  });
  await response.body?.cancel();
  assert.equal((await bed.call("GET", "/v1beta/tunedModels/foreign/operations")).account, "two");
});

Deno.test("A corpus and the answers from it stay with one account", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  for (const [maker, corpus] of await bed.makeWithBoth("/v1beta/corpora", { displayName: "C" })) {
    const path = `/v1beta/${corpus.name}`;
    const answer = {
      contents,
      answerStyle: "ABSTRACTIVE",
      semanticRetriever: { source: `${corpus.name}/documents/d`, query: contents[0] },
    };
    const permission = { granteeType: "EVERYONE", role: "READER" };
    for (
      const [verb, target, body] of [
        ["GET", path],
        ["POST", "/v1beta/models/aqa:generateAnswer", answer],
        ["POST", `${path}/permissions`, permission],
        ["GET", `${path}/permissions`],
      ] as const
    ) {
      const { account, attempts } = await bed.call(verb, target, body);
      assert.deepEqual([account, attempts], [maker, 1], `${verb} ${target}`);
    }
  }
  const { json: { corpora } } = await bed.call("GET", "/v1beta/corpora");
  assert.ok(corpora.length >= 2);
  for (const { name } of corpora) await bed.call("DELETE", `/v1beta/${name}`);
  assert.deepEqual((await bed.call("GET", "/v1beta/corpora")).json, {});
});

Deno.test("Operations of every parent are read at its account", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const project = bed.emulator.projectOf("two");
  const corpus = await bed.makeWithBoth("/v1beta/corpora", { displayName: "C" });
  const name = `${corpus.get("two").name}/operations/1`;
  bed.emulator.operations(project).plant(name, { answer: 1 });
  assert.equal((await bed.call("GET", `/v1beta/${name}`)).account, "two");
  bed.emulator.operations(project).plant("operations/2", {});
  assert.equal((await bed.call("GET", "/v1beta/operations/2")).account, "two");
  bed.emulator.plantGeneratedFile(project, "generatedFiles/g");
  const { json } = await bed.call("GET", "/v1beta/generatedFiles");
  assert.deepEqual(json.generatedFiles.map(({ name }: { name: string }) => name), [
    "generatedFiles/g",
  ]);
  bed.emulator.operations(project).plant("generatedFiles/g/operations/3", {});
  assert.equal((await bed.call("GET", "/v1beta/generatedFiles/g/operations/3")).account, "two");
});

Deno.test("A dynamic model is called and streams", async () => {
  await using bed = await startBed();
  const path = "/v1beta/dynamic/gemini-2.5-flash";
  const { json } = await bed.call("POST", `${path}:generateContent`, { contents });
  assert.ok(json.candidates[0].content.parts[0].text);
  const stream = await fetch(`${bed.gateway.url}${path}:streamGenerateContent`, {
    method: "POST",
    body: JSON.stringify({ contents }),
  });
  assert.match(await stream.text(), /^data: \{"candidates"/);
});

Deno.test("Accounts of Vertex AI alone serve none of these, and the error says which do", async () => {
  await using bed = await startBed({ one: "vertex" });
  for (
    const [method, path] of [
      ["POST", "/v1beta/tunedModels"],
      ["GET", "/v1beta/corpora"],
      ["GET", "/v1beta/tunedModels/a"],
    ] as const
  ) {
    const error = await errorOf(await fetch(bed.gateway.url + path, { method }));
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"], path);
    assert.match(error.message, /an account of the kind gemini-api/);
  }
});
