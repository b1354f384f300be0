/** Stored files: who may use them, how they change, and how they end. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, callWithKey } from "../calls.ts";
import { bearer, callVertex, serviceAccountToken } from "../vertex_calls.ts";
import { call, promptWith, upload } from "./file_calls.ts";

function denied(id: string): Record<string, unknown> {
  return {
    code: 403,
    message: `You do not have permission to access the File ${id} or it may not exist.`,
    status: "PERMISSION_DENIED",
  };
}

/** The ids of a project's files, oldest first. */
function idsOf(emulator: Emulator, project: string): unknown[] {
  return emulator.files(project).list().map(({ name }) => name);
}

Deno.test("accounts of one project share files; by default each has a project of its own", async () => {
  await using emulator = await startEmulator();
  const one = emulator.addApiKey("one", { project: "p" });
  const other = emulator.addApiKey("other", { project: "p" });
  const stranger = emulator.addApiKey("stranger");
  assert.equal(emulator.projectOf("stranger"), "emulated-project-3");
  const { name, uri } = await upload([emulator, one]);
  assert.equal((await call([emulator, other], `/v1beta/${name}`)).json.name, name);
  const used = await callWithKey(emulator, other, { body: promptWith(uri) });
  assert.equal(used.status, 200, await used.text());
  const refused = [
    await call([emulator, stranger], `/v1beta/${name}`),
    await call([emulator, stranger], `/v1beta/${name}`, { method: "DELETE" }),
    await call([emulator, stranger], `/v1beta/${name}:download?alt=media`),
  ];
  for (const { status, json } of refused) {
    assert.equal(status, 403);
    assert.deepEqual(json.error, denied(name.slice(6)));
  }
  assert.deepEqual((await call([emulator, stranger], "/v1beta/files")).json, {});
  assert.deepEqual(idsOf(emulator, "p"), [name]);
});

Deno.test("a file that was deleted, has expired or never existed is refused with the same words", async () => {
  let now = 0;
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const key = emulator.addApiKey("a", { project: "p" });
  const deleted = await upload([emulator, key]);
  const expired = await upload([emulator, key]);
  assert.equal(expired.expirationTime, "1970-01-03T00:00:00.000000000Z");
  const gone = await call([emulator, key], `/v1beta/${deleted.name}`, {
    method: "DELETE",
    body: "{}",
  });
  assert.deepEqual([gone.status, gone.json], [200, {}]);
  now = 48 * 3_600_000 - 1;
  assert.equal((await call([emulator, key], `/v1beta/${expired.name}`)).status, 200);
  now += 1;
  for (const name of [deleted.name, expired.name, "files/never"]) {
    const { json } = await call([emulator, key], `/v1beta/${name}`);
    assert.deepEqual(json.error, denied(name.slice(6)));
  }
  assert.deepEqual(idsOf(emulator, "p"), []);
});

Deno.test("files.list pages, newest first, and its tokens stay valid while files come and go", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const other = emulator.addApiKey("b");
  const made = Array.from({ length: 25 }, () => emulator.files("p").plant()["name"]);
  const page = (query: string) => call([emulator, key], `/v1beta/files${query}`);
  const first = (await page("")).json;
  assert.equal(first.files.length, 10);
  assert.equal(first.files[0].name, made.at(-1));
  await upload([emulator, key]);
  emulator.files("p").delete(String(made[15]).slice(6));
  const second = (await page(`?pageSize=20&pageToken=${first.nextPageToken}`)).json;
  assert.deepEqual(
    second.files.map(({ name }: { name: string }) => name),
    made.slice(0, 15).reverse(),
  );
  assert.equal("nextPageToken" in second, false);
  assert.equal((await page("?pageSize=1000")).json.files.length, 25);
  for (const query of ["?pageSize=-1", "?pageSize=x", "?pageToken=x", "?pageToken=%C3%A9"]) {
    assert.equal((await page(query)).status, 400, query);
  }
  const foreign = `/v1beta/files?pageToken=${first.nextPageToken}`;
  assert.equal((await call([emulator, other], foreign)).status, 400);
  assert.equal((await page("?filter=a")).status, 400);
});

Deno.test("a file is PROCESSING for as many reads as a script says, and then ACTIVE or FAILED", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const { settings } = emulator.files("p");
  for (const end of ["ACTIVE", "FAILED"] as const) {
    settings.processing = { reads: 2, end };
    const { name, uri, state } = await upload([emulator, key], "x", "video/mp4");
    assert.equal(state, "PROCESSING");
    const prompt = () => callWithKey(emulator, key, { body: promptWith(uri) });
    const { error } = await (await prompt()).json();
    assert.deepEqual(error, {
      code: 400,
      message: `The File ${name.slice(6)} is not in an ACTIVE state and usage is not allowed.`,
      status: "FAILED_PRECONDITION",
    });
    const states = [];
    for (const _ of [1, 2, 3, 4]) {
      const { json } = await call([emulator, key], `/v1beta/${name}`);
      states.push(json.state);
      assert.equal("error" in json, json.state === "FAILED");
      assert.equal("videoMetadata" in json, json.state === "ACTIVE");
    }
    assert.deepEqual(states, ["PROCESSING", "PROCESSING", end, end]);
    const used = await prompt();
    assert.equal(used.status, end === "ACTIVE" ? 200 : 400);
    await used.body?.cancel();
  }
});

Deno.test("every method of models checks the files that it names, wherever they stand", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  emulator.files("other").plant({ id: "others" });
  emulator.files("p").plant({ id: "own" });
  const model = "models/gemini-2.5-flash";

  function bodies(
    fileUri: string,
  ): Record<string, [method: string, body: unknown, model?: string]> {
    const part = { fileData: { fileUri, mimeType: "text/plain" } };
    const content = { role: "user", parts: [part] };
    const hello = { role: "user", parts: [{ text: "a" }] };
    const answer = { functionResponse: { name: "f", response: {}, parts: [part] } };
    const embedding = "gemini-embedding-2";
    return {
      contents: ["generateContent", { contents: [content] }],
      stream: ["streamGenerateContent", { contents: [content] }],
      snake: ["generateContent", {
        contents: [{ parts: [{ file_data: { file_uri: fileUri } }] }],
      }],
      system: ["generateContent", { contents: [hello], systemInstruction: content }],
      response: ["generateContent", { contents: [{ role: "user", parts: [answer] }] }],
      count: ["countTokens", { contents: [content] }],
      inner: ["countTokens", { generateContentRequest: { model, contents: [content] } }],
      embed: ["embedContent", { content }, embedding],
      batch: [
        "batchEmbedContents",
        { requests: [{ model: `models/${embedding}`, content }] },
        embedding,
      ],
    };
  }

  const google = "https://generativelanguage.googleapis.com/v1beta/files/";
  for (const [name, [method, body, model]] of Object.entries(bodies(`${google}others`))) {
    await t.step(name, async () => {
      const options = { method, body, ...(model === undefined ? {} : { model }) };
      const response = await callWithKey(emulator, key, options);
      assert.deepEqual((await response.json()).error, denied("others"));
    });
  }
  for (const [name, [method, body, model]] of Object.entries(bodies(`${google}own`))) {
    await t.step(`${name}, its own`, async () => {
      const options = { method, body, ...(model === undefined ? {} : { model }) };
      const response = await callWithKey(emulator, key, options);
      assert.equal(response.status, 200, await response.text());
    });
  }
});

Deno.test("only Google's host has files: a proxy's own host and bare names are refused", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  emulator.files("p").plant({ id: "own" });
  for (
    const uri of [
      "http://127.0.0.1:8045/v1beta/files/own",
      "https://proxy.example/v1beta/files/own",
      "https://generativelanguage.googleapis.com/v2/files/own",
      "files/own",
    ]
  ) {
    const response = await callWithKey(emulator, key, { body: promptWith(uri) });
    const { error } = await response.json();
    assert.equal(error?.message, `Invalid or unsupported file uri: ${uri}`, uri);
  }
  for (const uri of ["https://youtu.be/x", "https://host.example/a.pdf", "gs://bucket/a"]) {
    const response = await callWithKey(emulator, key, { body: promptWith(uri) });
    assert.equal(response.status, 200, await response.text());
  }
});

Deno.test("Vertex AI cannot read files of the Gemini API", async () => {
  await using emulator = await startEmulator();
  const account = emulator.addServiceAccount("a", { project: "emulated-project-1" });
  const headers = bearer(await serviceAccountToken(account));
  emulator.files("emulated-project-1").plant({ id: "own" });
  const body = promptWith("https://generativelanguage.googleapis.com/v1beta/files/own");
  const response = await callVertex(emulator, { headers, body });
  assert.equal(response.status, 400);
  assert.match(
    (await response.json()).error.message,
    /^Cannot fetch content from the provided URL/,
  );
});

Deno.test("a generated file is downloaded whole, in part, or by a redirect; no other one is", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const files = emulator.files("p");
  const content = new TextEncoder().encode("0123456789");
  const file = files.plant({ id: "video", content, mimeType: "video/mp4" });
  const address = "https://generativelanguage.googleapis.com/v1beta/files/video:download?alt=media";
  assert.equal(file["downloadUri"], address);
  const path = "/v1beta/files/video:download?alt=media";
  for (const prefix of ["", "/download"]) {
    const whole = await call([emulator, key], prefix + path);
    assert.deepEqual([whole.status, whole.text], [200, "0123456789"]);
    assert.equal(whole.headers.get("content-type"), "video/mp4");
    assert.equal(whole.headers.get("content-length"), "10");
  }
  assert.deepEqual((await call([emulator, key], "/v1beta/files/video:download")).json, {});
  for (
    const [range, status, text] of [["bytes=2-3", 206, "23"], ["bytes=8-", 206, "89"], [
      "bytes=10-",
      416,
      "",
    ]] as const
  ) {
    const part = await call([emulator, key], path, { headers: { range } });
    assert.deepEqual([part.status, part.text], [status, text]);
  }
  files.settings.redirectsDownloads = true;
  const moved = await call([emulator, key], path);
  assert.equal(moved.status, 302);
  const followed = await call([emulator, ""], moved.headers.get("location") ?? "");
  assert.equal(followed.text, "0123456789");
  assert.equal((await call([emulator, ""], "/emulated-downloads/x")).status, 403);
  const { name } = await upload([emulator, key]);
  const uploaded = await call([emulator, key], `/v1beta/${name}:download?alt=media`);
  assert.equal(uploaded.status, 400);
});

Deno.test("a generated file can be long without being kept", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  emulator.files("p").plant({ id: "long", content: 5_000_001 });
  const { text } = await call([emulator, key], "/v1beta/files/long:download?alt=media");
  assert.equal(text.length, 5_000_001);
});

Deno.test("files:register takes a principal's token and objects in buckets", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("key");
  const token = await accessToken(emulator.addUser("user", { project: "p" }));
  const path = "/v1beta/files:register";
  const body = JSON.stringify({ uris: ["gs://bucket/a.pdf"] });
  const refused = await call([emulator, key], path, { method: "POST", body });
  assert.equal(refused.status, 401);
  assert.match(refused.json.error.message, /^API keys are not supported by this API\./);
  assert.equal(
    refused.json.error.details[0].metadata.method,
    "google.ai.generativelanguage.v1beta.FileService.RegisterFiles",
  );
  const headers = bearer(token);
  const { files } = (await call([emulator, ""], path, { method: "POST", headers, body })).json;
  assert.equal(files[0].source, "REGISTERED");
  assert.equal(files[0].displayName, "a.pdf");
  assert.deepEqual(idsOf(emulator, "p"), [files[0].name]);
  for (const uris of [[], ["https://host.example/a"], ["gs://bucket"]]) {
    const body = JSON.stringify({ uris });
    const { status } = await call([emulator, ""], path, { method: "POST", headers, body });
    assert.equal(status, 400);
  }
});

Deno.test("paths of files have the verbs that Google has", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  for (
    const [method, path, status] of [
      ["PATCH", "/v1beta/files/a", 405],
      ["POST", "/v1beta/files", 405],
      ["GET", "/v1beta/files:register", 405],
      ["GET", "/v1beta/files/", 404],
      ["GET", "/v1beta/files/a/b", 404],
      ["GET", "/v2/files/a", 404],
      ["POST", "/upload/v1beta/models", 404],
      ["GET", "/upload/v1beta/files", 405],
    ] as const
  ) {
    const response = await call([emulator, key], path, { method });
    assert.equal(response.status, status, path);
  }
});
