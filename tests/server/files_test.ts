/** Reads and deletes files through the gateway. @module */
import assert from "node:assert/strict";
import { type EmulatedGateway, startEmulatedGateway } from "../support/emulated_gateway.ts";
import { startTestGateway } from "../support/gateway.ts";
import { startRawUpstream } from "../support/raw_upstream.ts";

/** A gateway with one account, which holds the file `files/abc`. */
async function startWithFile(): Promise<EmulatedGateway & { readonly file: string }> {
  const gateway = await startEmulatedGateway();
  gateway.emulator.files(gateway.emulator.projectOf("one")).plant({
    id: "abc",
    source: "UPLOADED",
  });
  return { ...gateway, file: `${gateway.url}/v1beta/files/abc` };
}

Deno.test("A file is read, and HEAD gives the same headers without a body", async () => {
  await using gateway = await startWithFile();
  const { file, emulator } = gateway;
  const response = await fetch(`${file}?key=planted-k&alt=json&$alt=json`);
  assert.equal((await response.json()).name, "files/abc");
  assert.equal(response.headers.get("x-pollux-account"), "one");
  assert.equal(response.headers.get("x-pollux-attempts"), "1");
  const head = await fetch(file, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  assert.equal(head.headers.get("content-type"), response.headers.get("content-type"));
  assert.deepEqual(
    emulator.requests.map(({ method, path, query }) => `${method} ${path}${query}`),
    ["GET /v1beta/files/abc", "GET /v1beta/files/abc"],
  );
});

Deno.test("A file whose processing failed is shown with its error", async () => {
  await using gateway = await startEmulatedGateway();
  const { emulator, url } = gateway;
  const file = emulator.files(emulator.projectOf("one")).plant({ state: "FAILED" });
  const response = await fetch(`${url}/v1beta/${file["name"]}`);
  const { state, error } = await response.json();
  assert.deepEqual([response.status, state, error.code], [200, "FAILED", 3]);
});

Deno.test("A file is deleted with an empty object, and is then gone", async () => {
  await using gateway = await startWithFile();
  const { file } = gateway;
  // @google/genai sends a body with every DELETE.
  const response = await fetch(file, { method: "DELETE", body: "{}" });
  assert.deepEqual([response.status, await response.json()], [200, {}]);
  for (const method of ["GET", "DELETE"]) {
    const again = await fetch(file, { method });
    const { error } = await again.json();
    assert.equal(again.status, 403);
    assert.equal(
      error.message,
      "You do not have permission to access the File abc or it may not exist.",
    );
  }
});

Deno.test("Other verbs of a file are refused with what is served", async () => {
  await using gateway = await startWithFile();
  const { file, emulator } = gateway;
  for (const method of ["POST", "PUT", "PATCH"]) {
    const response = await fetch(file, { method, body: "{}" });
    assert.equal(response.status, 404);
    assert.match(
      (await response.json()).error.message,
      /is not served.* methods of .*\/v1beta\/files\b/,
    );
  }
  assert.equal(emulator.requests.length, 0);
});

for (
  const [what, statusLine, headers] of [
    ["204", "HTTP/1.1 204 No Content", []],
    ["200 without a body", "HTTP/1.1 200 OK", ["content-length: 0"]],
  ] as const
) {
  Deno.test(`A DELETE that upstream responds to with ${what} is done, once`, async () => {
    await using upstream = startRawUpstream(() => ({ statusLine, headers, body: "" }));
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", key: "planted-key", baseUrls: [upstream.url] }],
    });
    const response = await fetch(`${gateway.url}/v1beta/files/abc`, { method: "DELETE" });
    assert.deepEqual([response.status, await response.json()], [200, {}]);
    assert.equal(upstream.requests.length, 1);
  });
}
