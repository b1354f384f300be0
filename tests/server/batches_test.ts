/** Batches through the gateway: made once, and used at the account that holds them. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../support/client_keys.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { errorOf } from "../support/gemini_call.ts";
import {
  type OwnerTestbed,
  type OwnerTestbedOptions,
  startOwnerTestbed,
} from "./owners/owner_testbed.ts";

const FLASH = "gemini-2.5-flash";
const GENERATE = `models/${FLASH}:batchGenerateContent`;
const EMBED = "models/gemini-embedding-001:asyncBatchEmbedContent";
const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };

const CLIENTS = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);
const API_KEY = "planted-gateway-key";
const AS = {
  a: { "x-goog-api-key": "planted-client-a" },
  b: { "x-goog-api-key": "planted-client-b" },
  default: { "x-goog-api-key": API_KEY },
};

/** A batch with requests in it. */
function inlined(...requests: readonly object[]): object {
  return {
    batch: {
      displayName: "mine",
      inputConfig: { requests: { requests: requests.map((request) => ({ request })) } },
    },
  };
}

/** A batch whose requests are in a file. */
function inFile(fileName: string): object {
  return { batch: { inputConfig: { fileName } } };
}

/** A prompt with a file. */
function naming(name: string): object {
  const fileUri = `https://generativelanguage.googleapis.com/v1beta/${name}`;
  return { contents: [{ parts: [{ fileData: { fileUri } }] }] };
}

/** A gateway with three accounts in three projects, and what tests do with batches there. */
async function startBed(options: OwnerTestbedOptions = {}) {
  const bed = await startOwnerTestbed({
    ...options,
    settings: { routing: { strategy: "balance" }, ...options.settings },
  });
  function send(
    target: string,
    { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const [method = "", path = ""] = target.split(" ");
    return bed.ask(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  return {
    ...bed,
    send,
    create: (body: unknown = inlined(PROMPT), method = GENERATE, headers = {}) =>
      send(`POST ${method}`, { body, headers }),
    /** Lets Google finish a batch. */
    finish: (account: string, name: string) =>
      bed.emulator.batches(bed.emulator.projectOf(account)).end(name, "SUCCEEDED"),
    /** Plants an input file in an account's project. */
    input: (account: string, ...requests: readonly object[]) => inputFile(bed, account, requests),
    /** How many batches there are in all projects. */
    count: () =>
      ["one", "two", "three"].map((name) =>
        bed.emulator.batches(bed.emulator.projectOf(name)).list().length
      ).reduce((sum, count) => sum + count),
  };
}

function inputFile(
  { emulator }: OwnerTestbed,
  account: string,
  requests: readonly object[],
): string {
  const lines = requests.map((request, nth) => JSON.stringify({ key: `k${nth}`, request }));
  return String(
    emulator.files(emulator.projectOf(account)).plant({
      source: "UPLOADED",
      mimeType: "application/jsonl",
      content: new TextEncoder().encode(lines.join("\n")),
    })["name"],
  );
}

/** The JSON of a good response, and the account that it came from. */
async function read(response: Response) {
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return { json, account: response.headers.get("x-pollux-account") ?? "" };
}

Deno.test("A batch is polled, changed, cancelled and deleted at the account that made it", async () => {
  await using bed = await startBed({ clock: new FakeClock() });
  const made = new Map<string, string>();
  for (let nth = 0; nth < 20 && made.size < 3; nth++) {
    const { json, account } = await read(await bed.create());
    assert.equal(json.metadata.state, "BATCH_STATE_PENDING");
    made.set(account, json.name);
  }
  assert.equal(made.size, 3);
  for (const [account, name] of made) {
    for (const version of ["v1beta", "v1alpha"]) {
      const response = await fetch(`${bed.url}/${version}/${name}`);
      assert.equal((await read(response)).account, account);
    }
    const update = `PATCH ${name}:updateGenerateContentBatch?updateMask=priority`;
    const changed = await read(await bed.send(update, { body: { priority: "7" } }));
    assert.deepEqual([changed.json.priority, changed.account], ["7", account]);
    assert.deepEqual((await read(await bed.send(`POST ${name}:cancel`, { body: {} }))).json, {});
    const { json } = await read(await bed.send(`GET ${name}`));
    assert.equal(json.metadata.state, "BATCH_STATE_CANCELLED");
    assert.deepEqual((await read(await bed.send(`DELETE ${name}`))).json, {});
    const gone = await errorOf(await bed.send(`GET ${name}`));
    assert.deepEqual([gone.code, gone.message], [404, "Requested entity was not found."]);
  }
  assert.deepEqual(bed.problems, []);
});

Deno.test("Inlined requests are answered in their order, under the model's name at Google", async () => {
  await using bed = await startBed({
    clock: new FakeClock(),
    settings: { aliases: { mine: FLASH, vectors: "gemini-embedding-001" } },
  });
  const body = {
    batch: {
      model: "models/mine",
      input_config: {
        requests: {
          requests: [
            { request: { ...PROMPT, model: "models/mine" }, metadata: { key: "1" } },
            { request: { contents: [] } },
          ],
        },
      },
    },
  };
  const made = await read(await bed.create(body, "models/mine:batchGenerateContent"));
  assert.equal(made.json.metadata.model, `models/${FLASH}`);
  bed.finish(made.account, made.json.name);
  const { json } = await read(await bed.send(`GET ${made.json.name}`));
  const [one, two] = json.metadata.output.inlinedResponses.inlinedResponses;
  assert.match(one.response.candidates[0].content.parts[0].text, /You said: "One"/);
  assert.deepEqual(one.metadata, { key: "1" });
  assert.equal(two.error.code, 3);
  // As @google/genai writes it.
  const content = { parts: [{ text: "One" }] };
  const vectors = await read(
    await bed.create(
      inlined({ content, outputDimensionality: 2, model: "models/vectors" }),
      "models/vectors:asyncBatchEmbedContent",
    ),
  );
  const done = bed.finish(vectors.account, vectors.json.name);
  assert.deepEqual((await read(await bed.send(`GET ${vectors.json.name}`))).json, done);
  const { output } = Object(done["metadata"]);
  assert.equal(output.inlinedResponses.inlinedResponses[0].response.embedding.values.length, 2);
});

Deno.test("A batch goes to the account of its input file, and its results are read there", async () => {
  await using bed = await startBed({ clock: new FakeClock() });
  for (const account of ["three", "one", "two"]) {
    const texts = bed.input(account, PROMPT, { contents: [] });
    const contents = bed.input(account, { content: PROMPT.contents[0] });
    const bodies = [
      [inFile(texts), GENERATE],
      [{ batch: { input_config: { file_name: contents } } }, EMBED],
    ] as const;
    for (const [body, method] of bodies) {
      const made = await read(await bed.create(body, method));
      assert.equal(made.account, account);
      bed.finish(account, made.json.name);
      const { json } = await read(await bed.send(`GET ${made.json.name}`));
      const results: string = json.metadata.output.responsesFile;
      const paths = [`v1beta/${results}:download?alt=media`, `download/v1beta/${results}:download`];
      for (const path of paths) {
        const response = await fetch(`${bed.url}/${path}`);
        assert.equal(response.headers.get("x-pollux-account"), account);
        const [first = ""] = (await response.text()).split("\n");
        assert.equal(JSON.parse(first).key, "k0");
        assert.ok(JSON.parse(first).response, first);
      }
    }
  }
  // Nobody was asked who has the files with the results.
  assert.deepEqual(bed.asked("read").filter((account) => account === ""), []);
  const reads = bed.emulator.requests.filter(({ path }) => /^\/v1beta\/files\/batch-/.test(path));
  assert.deepEqual(reads.filter(({ path }) => !path.includes(":download")), []);
});

Deno.test("What inlined requests name decides the account too, and two accounts are a 400", async () => {
  await using bed = await startBed();
  const one = bed.plant("one");
  const three = bed.plant("three");
  assert.equal((await read(await bed.create(inlined(PROMPT, naming(three))))).account, "three");
  const embeds = inlined({ content: { parts: [{ fileData: { fileUri: one } }] } });
  assert.equal((await read(await bed.create(embeds, EMBED))).account, "one");
  const error = await errorOf(await bed.create(inlined(naming(one), naming(three))));
  assert.equal(error.status, "FAILED_PRECONDITION");
  assert.match(error.message, new RegExp(`${one}.*"one".*${three}.*"three"`));
  const unknown = await errorOf(await bed.create(inFile("files/nowhere")));
  assert.equal(unknown.code, 403);
  assert.equal(bed.count(), 2);
});

Deno.test("A batch of a tuned model, or with a file search store, goes to the account that holds it", async () => {
  await using bed = await startBed();
  const body = {
    displayName: "tuned",
    baseModel: `models/${FLASH}`,
    tuningTask: { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } },
  };
  for (let nth = 0; nth < 2; nth++) {
    const tuned = await read(await bed.send("POST tunedModels", { body }));
    for (let reads = 0; reads < 2; reads++) await read(await bed.send(`GET ${tuned.json.name}`));
    const model: string = tuned.json.metadata.tunedModel;
    const batch = {
      batch: { model, inputConfig: { requests: { requests: [{ request: PROMPT }] } } },
    };
    const made = await read(await bed.create(batch, `${model}:batchGenerateContent`));
    assert.deepEqual([made.account, made.json.metadata.model], [tuned.account, model]);
    assert.equal((await read(await bed.send(`GET ${made.json.name}`))).account, tuned.account);
    const store = await read(
      await bed.send("POST fileSearchStores", { body: { displayName: "s" } }),
    );
    const names = { file_search: { file_search_store_names: [store.json.name] } };
    const searching = inlined({ ...PROMPT, tools: [names] });
    assert.equal((await read(await bed.create(searching))).account, store.account);
  }
});

Deno.test("A batch is made once: Pollux tries another account only if upstream did nothing", async (t) => {
  const cases = [
    ["429-bare", 200, 1],
    ["400-key-invalid", 200, 1],
    ["503", 503, 0],
    ["500", 500, 0],
    ["reset-after-body", 503, 1],
  ] as const;
  for (const [outcome, status, made] of cases) {
    await t.step(outcome, async () => {
      await using bed = await startBed();
      for (const name of ["one", "two", "three"]) {
        bed.emulator.always(name, "ok", { method: "batchGenerateContent" });
      }
      const first = await read(await bed.create());
      assert.equal(bed.count(), 1);
      const others = ["one", "two", "three"].filter((name) => name !== first.account);
      for (const name of ["one", "two", "three"]) {
        // Every account but one fails.
        if (name !== others[0]) {
          bed.emulator.script(name, [outcome], { method: "batchGenerateContent" });
        }
      }
      const statuses: number[] = [];
      const counts: number[] = [];
      for (let nth = 0; nth < 3; nth++) {
        const before = bed.count();
        const response = await bed.create();
        await response.body?.cancel();
        statuses.push(response.status);
        counts.push(bed.count() - before);
      }
      const failed = statuses.findIndex((each) => each !== 200);
      if (status === 200) assert.deepEqual(statuses, [200, 200, 200]);
      else {
        assert.equal(statuses[failed], status);
        assert.equal(counts[failed], made);
      }
      assert.ok(counts.every((count) => count <= 1), String(counts));
    });
  }
});

Deno.test("A spent quota of batches stops neither the model's other calls nor polling", async () => {
  await using bed = await startEmulatedGateway({ clock: new FakeClock() });
  const { emulator, url } = bed;
  const post = (path: string, body: unknown) =>
    fetch(`${url}/v1beta/${path}`, { method: "POST", body: JSON.stringify(body) });
  const { json: { name } } = await read(await post(GENERATE, inlined(PROMPT)));
  emulator.script("one", [{ type: "429-long", hours: 3 }], { method: "batchGenerateContent" });
  for (let nth = 0; nth < 2; nth++) {
    const error = await errorOf(await post(GENERATE, inlined(PROMPT)));
    assert.equal(error.status, "RESOURCE_EXHAUSTED");
  }
  const tried = emulator.requests.filter(({ path }) => path.includes(":batchGenerate"));
  assert.equal(tried.length, 2);
  assert.equal((await read(await fetch(`${url}/v1beta/${name}`))).json.name, name);
  await read(await post(`models/${FLASH}:generateContent`, PROMPT));
  // A refusal of the model's own calls says nothing about its batches either.
  emulator.script("one", [{ type: "429-long", hours: 3 }], { method: "generateContent" });
  await errorOf(await post(`models/${FLASH}:generateContent`, PROMPT));
  assert.equal((await fetch(`${url}/v1beta/${name}`).then(read)).json.name, name);
});

Deno.test("Without an account of the Gemini API, a batch is refused and the kind named", async () => {
  await using bed = await startEmulatedGateway({ accounts: { one: "vertex" } });
  const targets = [
    [GENERATE, "POST", "batchGenerateContent"],
    [EMBED, "POST", "asyncBatchEmbedContent"],
    ["batches", "GET", "batches.list"],
    ["batches/x", "GET", "batches.get"],
    ["batches/x:cancel", "POST", "batches.cancel"],
  ] as const;
  for (const [path, method, name] of targets) {
    const body = method === "GET" ? {} : { body: JSON.stringify(inlined(PROMPT)) };
    const error = await errorOf(await fetch(`${bed.url}/v1beta/${path}`, { method, ...body }));
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"], path);
    assert.match(error.message, new RegExp(`can serve "${name}": it needs .* kind gemini-api`));
  }
  assert.deepEqual(bed.emulator.requests.filter(({ path }) => path !== "/token"), []);
});

Deno.test("The lists of all accounts are one list, in pages", async () => {
  await using bed = await startBed();
  const names: string[] = [];
  for (let nth = 0; nth < 6; nth++) names.push((await read(await bed.create())).json.name);
  const listed: string[] = [];
  let token = "";
  for (let nth = 0; nth < 6; nth++) {
    const { json } = await read(await bed.send(`GET batches?pageSize=2&pageToken=${token}`));
    listed.push(...json.operations.map(({ name }: { name: string }) => name));
    token = json.nextPageToken ?? "";
    if (token === "") break;
  }
  assert.deepEqual(listed.toSorted(), names.toSorted());
});

Deno.test("A batch made elsewhere is found where it is", async () => {
  await using bed = await startBed({ clock: new FakeClock() });
  const [, two] = bed.accounts;
  const key = two !== undefined && "key" in two ? String(two.key) : "";
  const made = await fetch(`${bed.emulator.url}/v1beta/${GENERATE}`, {
    method: "POST",
    headers: { "x-goog-api-key": key },
    body: JSON.stringify(inlined(PROMPT)),
  });
  const { json: { name } } = await read(made);
  assert.equal((await read(await bed.send(`POST ${name}:cancel`, { body: {} }))).account, "two");
  const error = await errorOf(await bed.send("GET batches/nowhere"));
  assert.deepEqual([error.code, error.message], [404, "Requested entity was not found."]);
});

for (const [how, poll] of [["polling", "GET NAME"], ["listing", "GET batches"]] as const) {
  Deno.test(`A client key has its own batches, and after ${how} also their results`, async () => {
    await using bed = await startBed({
      clock: new FakeClock(),
      clientKeys: clientKeysOf(CLIENTS),
      settings: { auth: { apiKey: API_KEY } },
    });
    const upload = { "x-goog-upload-protocol": "raw", "content-type": "application/jsonl" };
    const uploaded = await fetch(`${bed.url}/upload/v1beta/files?uploadType=media`, {
      method: "POST",
      headers: { ...upload, ...AS.a },
      body: JSON.stringify({ key: "k0", request: PROMPT }),
    });
    const { json: { file } } = await read(uploaded);
    const made = await read(await bed.create(inFile(file.name), GENERATE, AS.a));
    const { name } = made.json;
    bed.finish(made.account, name);
    const { json } = await read(
      await bed.send(poll.replace("NAME", name), { headers: AS.a }),
    );
    const { metadata } = how === "polling" ? json : json.operations[0];
    const results = `GET ${metadata.output.responsesFile}:download`;
    const targets = [[`GET ${name}`, 404], [`DELETE ${name}`, 404], [results, 403]] as const;
    for (const headers of [AS.b, AS.default]) {
      for (const [target, status] of targets) {
        assert.equal((await errorOf(await bed.send(target, { headers }))).code, status, target);
      }
      assert.deepEqual((await read(await bed.send("GET batches", { headers }))).json, {});
    }
    const response = await bed.send(results, { headers: AS.a });
    assert.match(await response.text(), /You said/);
  });
}

Deno.test("A batch that failed or expired is shown, with its error, and is no failure of the call", async () => {
  await using bed = await startBed({ clock: new FakeClock() });
  for (const [state, code] of [["FAILED", 13], ["EXPIRED", 4], ["CANCELLED", 1]] as const) {
    const { json: { name }, account } = await read(await bed.create());
    bed.emulator.batches(bed.emulator.projectOf(account)).end(name, state);
    for (let nth = 0; nth < 2; nth++) {
      const { json } = await read(await bed.send(`GET ${name}`));
      assert.equal(json.metadata.state, `BATCH_STATE_${state}`);
      assert.equal(json.error.code, code);
    }
  }
});

Deno.test("While the account that holds a batch cools down, Pollux asks no other account for it", async () => {
  await using bed = await startBed({ clock: new FakeClock() });
  const { json: { name }, account } = await read(await bed.create());
  bed.emulator.script(account, [{ type: "429-long", hours: 1 }], { method: "batches.get" });
  for (let nth = 0; nth < 2; nth++) {
    const response = await bed.send(`GET ${name}`);
    assert.ok(Number(response.headers.get("retry-after")) > 3000);
    assert.equal((await errorOf(response)).status, "RESOURCE_EXHAUSTED");
  }
  const asked = bed.emulator.requests.filter(({ path }) => path.endsWith(name));
  assert.deepEqual(asked.map((request) => request.account), [account]);
});
