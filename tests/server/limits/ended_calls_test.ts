/** Every call ends, whatever its client sends or leaves out: otherwise it would stay one of those in flight. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { said } from "../../support/gemini_call.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";

const PATH = "/v1beta/models/gemini-2.5-flash:generateContent";

/** A gateway with a key that may have one call at a time. */
async function startNarrow() {
  const gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({ anna: { limits: { maxConcurrent: 1 } } }),
  });
  const post = (path: string, body: string) =>
    fetch(gateway.url + path, { method: "POST", headers: withKey("anna"), body });
  /** Sends bytes, and breaks the connection when the gateway has begun the call. */
  async function breakOff(text: string, isBegun: () => boolean): Promise<void> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
    await connection.write(new TextEncoder().encode(text));
    while (!isBegun()) await new Promise((resolve) => setTimeout(resolve, 5));
    connection.close();
  }
  return { gateway, post, breakOff, [Symbol.asyncDispose]: () => gateway.close() };
}

/** Names that are no text: JSON can escape half of a pair of surrogates. */
const HALVES = ["\\ud800", "\\udfff", "gemini-2.5-flash\\udc00", "\\ud83d\\u0020"];

Deno.test("A name that no header can have ends its call with a client's error", async () => {
  await using narrow = await startNarrow();
  const { gateway, post } = narrow;
  for (const half of HALVES) {
    for (
      const [path, body] of [
        ["/v1beta/interactions", `{"model":"${half}","input":"Hi"}`],
        ["/v1beta/interactions", `{"agent":"${half}","input":"Hi"}`],
        ["/v1beta/cachedContents", `{"model":"models/${half}","contents":[]}`],
        [
          "/v1beta/interactions",
          `{"model":"gemini-2.5-flash","previous_interaction_id":"${half}","input":"Hi"}`,
        ],
        [PATH, `{"contents":[],"cachedContent":"cachedContents/${half}"}`],
        [
          PATH,
          `{"contents":[{"parts":[{"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/${half}"}}]}]}`,
        ],
        ["/v1beta/agents", `{"id":"a","base_agent":"${half}"}`],
        ["/v1beta/fileSearchStores", `{"embeddingModel":"models/${half}"}`],
      ] as const
    ) {
      const response = await post(path, body);
      await response.body?.cancel();
      assert.ok([400, 403, 404].includes(response.status), `${body}: ${response.status}`);
    }
  }
  assert.deepEqual(gateway.problems, []);
  const response = await post(PATH, JSON.stringify(said("Hi")));
  await response.body?.cancel();
  assert.equal(response.status, 200);
});

Deno.test("A client that disconnects at any point frees its call", async () => {
  await using narrow = await startNarrow();
  const { gateway, post, breakOff } = narrow;
  const head = (path: string, more: string, method = "POST") =>
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-goog-api-key: planted-key-anna\r\n${more}\r\n`;
  let ended = 0;
  for (
    const text of [
      head(PATH, "content-length: 100\r\n") + '{"contents":',
      head(PATH, "content-length: 100\r\nexpect: 100-continue\r\n"),
      head(PATH, "transfer-encoding: chunked\r\n") + '5\r\n{"con',
      head("/upload/v1beta/files", "content-length: 100\r\nx-goog-upload-protocol: multipart\r\n"),
      head(
        "/upload/v1beta/files",
        "content-length: 9\r\nx-goog-upload-command: start\r\nx-goog-upload-protocol: resumable\r\n",
      ),
      head("/v1beta/interactions", "content-length: 100\r\n"),
      head("/nowhere", "content-length: 100\r\n"),
    ]
  ) {
    await breakOff(text, () => gateway.gateway.callCount > 0 || gateway.calls.length > ended);
    await gateway.waitForCall(() => gateway.calls.length > ended);
    ended = gateway.calls.length;
  }
  await using live = new LiveClient(gateway.url + LIVE_PATH, withKey("anna"));
  await live.opened;
  live.close();
  await gateway.waitForCall(() => gateway.calls.length > ended);
  const response = await post(PATH, JSON.stringify(said("Hi")));
  await response.body?.cancel();
  assert.equal(response.status, 200);
});

Deno.test("A call ends even if not even its error can be written", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({ anna: { limits: { maxConcurrent: 1 } } }),
    // No header can have this name.
    observers: [{ begin: (record) => void Object.assign(record, { account: "€" }) }],
  });
  for (const key of ["anna", "wrong", "anna"]) {
    const response = await fetch(`${gateway.url}/nowhere`, { headers: withKey(key) });
    await response.body?.cancel();
    assert.equal(response.status, 500);
    assert.ok(response.headers.has("x-request-id"));
  }
  await gateway.waitForCall(() => gateway.calls.length === 3);
  assert.deepEqual(gateway.calls.map(({ status }) => status), [500, 500, 500]);
  assert.ok(gateway.problems.length >= 3);
});
