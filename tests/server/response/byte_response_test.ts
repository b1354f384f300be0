/** Downloads through the gateway: whole, in parts, and interrupted. @module */
import assert from "node:assert/strict";
import { within } from "../../support/deadline.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { startRawUpstream } from "../../support/raw_upstream.ts";
import { type RawConnection, startRawServer } from "../../support/raw_server.ts";

/** Far more than anything here takes. */
const LIMIT_MS = 30_000;

const CONTENT = new TextEncoder().encode("The content of a file that a model generated");

/** A gateway with one account, which holds the file `files/abc`. */
async function startWithFile(): Promise<EmulatedGateway> {
  const gateway = await startEmulatedGateway();
  filesOf(gateway).plant({ id: "abc", content: CONTENT, mimeType: "video/mp4" });
  return gateway;
}

function filesOf({ emulator }: EmulatedGateway) {
  return emulator.files(emulator.projectOf("one"));
}

/** The requests for downloads that the emulator got, as verb, path and query. */
function downloads({ emulator }: EmulatedGateway): readonly string[] {
  return emulator.requests.map(({ method, path, query }) => `${method} ${path}?${query}`);
}

Deno.test("A download gives the bytes of the file, and the headers that describe them", async () => {
  await using gateway = await startWithFile();
  const response = await fetch(`${gateway.url}/v1beta/files/abc:download?alt=media&key=planted-k`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.bytes(), CONTENT);
  assert.equal(response.headers.get("content-type"), "video/mp4");
  assert.equal(response.headers.get("content-length"), String(CONTENT.length));
  assert.equal(response.headers.get("accept-ranges"), "bytes");
  assert.equal(response.headers.get("x-pollux-account"), "one");
  assert.ok(response.headers.get("x-request-id"));
  assert.deepEqual(downloads(gateway), ["GET /v1beta/files/abc:download?alt=media"]);
  const { method, status, attempts } = await gateway.waitForCall();
  assert.deepEqual({ method, status, attempts }, {
    method: "files.download",
    status: 200,
    attempts: 1,
  });
});

for (
  const path of [
    "/download/v1beta/files/abc:download?alt=media",
    "/v1beta/download/v1beta/files/abc:download?alt=media",
    "/files/abc:download",
    "/v1beta//files/abc%3Adownload/",
    "/v1beta/files/abc:download?$alt=json",
    // @google/genai 2.32.0 and 3.3.0, for a video whose address is the gateway's.
    "/v1beta/files/http://HOST/v1beta/files/abc:download?alt=media%3Adownload&alt=media",
    // google-genai 3.6.1.
    "/v1beta/files/http://HOST/v1beta/files/abc:download?alt=media:download?alt=media",
    "/v1beta/files/http://HOST/download/v1beta/files/abc:download:download?alt=media",
  ]
) {
  Deno.test(`A download is found at ${path}`, async () => {
    await using gateway = await startWithFile();
    const { host } = new URL(gateway.url);
    const response = await fetch(gateway.url + path.replace("HOST", host));
    assert.deepEqual(await response.bytes(), CONTENT);
    assert.deepEqual(downloads(gateway), ["GET /v1beta/files/abc:download?alt=media"]);
  });
}

Deno.test("A download of a part passes Range, and its status and headers come back", async () => {
  await using gateway = await startWithFile();
  const url = `${gateway.url}/v1beta/files/abc:download?alt=media`;
  const headers = { "range": "bytes=4-10", "if-range": '"tag"', "x-other": "1" };
  const response = await fetch(url, { headers });
  assert.equal(response.status, 206);
  assert.equal(response.headers.get("content-range"), `bytes 4-10/${CONTENT.length}`);
  assert.equal(await response.text(), "content");
  const sent = gateway.emulator.requests[0]?.headers;
  assert.equal(sent?.get("range"), "bytes=4-10");
  assert.equal(sent.get("if-range"), '"tag"');
  assert.equal(sent.get("x-other"), null);
  const beyond = await fetch(url, { headers: { range: "bytes=1000-" } });
  assert.equal(beyond.status, 416);
  assert.equal((await beyond.json()).error.code, 416);
});

Deno.test("HEAD of a download gives the headers, and leaves no call behind", async () => {
  await using gateway = await startWithFile();
  const url = `${gateway.url}/v1beta/files/abc:download?alt=media`;
  const response = await fetch(url, { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-length"), String(CONTENT.length));
  assert.equal(await response.text(), "");
  await gateway.waitForCall();
  assert.equal(gateway.gateway.callCount, 0);
  assert.equal(gateway.gateway.snapshot()[0]?.callsInFlight, 0);
});

Deno.test("A download follows a redirect of the account's own server", async () => {
  await using gateway = await startWithFile();
  filesOf(gateway).settings.redirectsDownloads = true;
  const response = await fetch(`${gateway.url}/v1beta/files/abc:download`, { redirect: "manual" });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.bytes(), CONTENT);
});

Deno.test("A download with another verb, and of a file that is none, is refused", async () => {
  await using gateway = await startWithFile();
  const posted = await fetch(`${gateway.url}/v1beta/files/abc:download`, { method: "POST" });
  assert.equal(posted.status, 404);
  assert.match((await posted.json()).error.message, /"files.download" is called with GET/);
  const nowhere = await fetch(`${gateway.url}/v1beta/files/nowhere:download?alt=media`);
  assert.equal(nowhere.status, 403);
  assert.match((await nowhere.json()).error.message, /permission to access the File nowhere/);
});

/** Starts a gateway before a server that answers every request so. */
async function startBefore(
  serve: (connection: RawConnection) => Promise<void>,
  timeouts: { readonly idleMs?: number; readonly totalMs?: number } = {},
) {
  const server = startRawServer(async (connection) => {
    while (await connection.request() !== undefined) await serve(connection);
  });
  const gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-key", baseUrls: [server.url] }],
    settings: { timeouts },
  });
  return {
    gateway,
    url: `${gateway.url}/v1beta/files/abc:download?alt=media`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await gateway.close();
    },
  };
}

Deno.test("A download of 200 MiB holds no more of it than the client has read and sockets hold", async () => {
  const piece = new Uint8Array(64 * 1024).fill(1);
  const pieces = 3200;
  // Two connections, each with what both of its sides may hold.
  const most = 32 * 1024 * 1024;
  let written = 0;
  await using at = await startBefore(async (connection) => {
    await connection.write(
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${
        pieces * piece.length
      }\r\n\r\n`,
    );
    for (let nth = 0; nth < pieces; nth++) {
      await connection.write(piece);
      written += piece.length;
    }
  });
  // A client that would take the text compressed: then it could not be streamed by its length.
  const { body, headers } = await fetch(at.url, { headers: { "accept-encoding": "gzip" } });
  assert.equal(headers.get("content-encoding"), null);
  assert.equal(headers.get("content-length"), String(pieces * piece.length));
  // Until the sockets are full, and nothing more is written.
  let before = -1;
  while (before < written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(before <= most, `${before} bytes were read ahead`);
  let read = 0;
  let mostHeld = 0;
  for await (const bytes of body ?? []) {
    read += bytes.length;
    mostHeld = Math.max(mostHeld, written - read);
  }
  assert.equal(read, pieces * piece.length);
  assert.ok(mostHeld <= most, `${mostHeld} bytes were held`);
});

/** Half of a response whose length is declared. */
const HALF = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf.";

Deno.test("A download may take longer than a call while bytes come", async () => {
  await using at = await startBefore(async (connection) => {
    await connection.write(HALF);
    // Longer than the total time, and the round of a quarter of a second in which it is checked.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await connection.write("half.");
  }, { totalMs: 200 });
  assert.equal(await (await fetch(at.url)).text(), "half.half.");
  const { failure } = await at.gateway.waitForCall();
  assert.equal(failure, "");
});

Deno.test("A download that falls silent breaks off after the idle time-out", async () => {
  await using at = await startBefore(async (connection) => {
    await connection.write(HALF);
    await connection.untilClosed();
  }, { idleMs: 300 });
  const response = await fetch(at.url);
  await assert.rejects(within(LIMIT_MS, response.text(), { what: "The end" }), /body/);
  const { failure, status } = await at.gateway.waitForCall();
  assert.match(failure, /^Upstream sent nothing for 0.3 s/);
  assert.equal(status, 200);
});

for (
  const [framing, half] of [
    ["length", HALF],
    ["chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf.\r\n"],
  ] as const
) {
  Deno.test(`A download by ${framing} that upstream breaks off breaks off for the client`, async () => {
    await using at = await startBefore(async (connection) => {
      await connection.write(half);
      connection.end();
    });
    // Deno 2.7 does not even send the headers of a response whose body fails at once.
    const text = fetch(at.url).then((response) => response.text());
    await assert.rejects(text, /body|connection closed/);
    const { failure } = await at.gateway.waitForCall();
    assert.match(failure, /closed before the response was complete/);
    assert.equal(at.gateway.gateway.callCount, 0);
  });
}

Deno.test("HEAD of a download reads nothing of it", async () => {
  const closed = Promise.withResolvers<void>();
  await using at = await startBefore(async (connection) => {
    await connection.write(HALF);
    await connection.untilClosed();
    closed.resolve();
  });
  const response = await fetch(at.url, { method: "HEAD" });
  assert.equal(response.headers.get("content-length"), "10");
  await within(LIMIT_MS, closed.promise, { what: "The end of the connection" });
});

Deno.test("A client that leaves ends its download upstream, and the call", async () => {
  const closed = Promise.withResolvers<void>();
  await using at = await startBefore(async (connection) => {
    await connection.write(HALF);
    await connection.untilClosed();
    closed.resolve();
  });
  const response = await fetch(at.url);
  await response.body?.cancel();
  await within(LIMIT_MS, closed.promise, { what: "The end of the connection" });
  const { failure } = await at.gateway.waitForCall();
  assert.equal(failure, "The client closed the request");
  assert.equal(at.gateway.gateway.snapshot()[0]?.callsInFlight, 0);
});

Deno.test("The address of a download in a response leads to the gateway, and works there", async () => {
  await using gateway = await startWithFile();
  const file = await (await fetch(`${gateway.url}/v1beta/files/abc`)).json();
  const { files: [listed] } = await (await fetch(`${gateway.url}/v1beta/files`)).json();
  assert.equal(file.downloadUri, `${gateway.url}/v1beta/files/abc:download?alt=media`);
  assert.deepEqual(listed, file);
  assert.equal(file.uri, "https://generativelanguage.googleapis.com/v1beta/files/abc");
  assert.deepEqual(await (await fetch(file.downloadUri)).bytes(), CONTENT);
  gateway.apply({ server: { publicUrl: "https://pollux.example/gemini/" } });
  const { downloadUri } = await (await fetch(`${gateway.url}/v1beta/files/abc`)).json();
  assert.equal(downloadUri, "https://pollux.example/gemini/v1beta/files/abc:download?alt=media");
});

for (const status of ["204 No Content", "205 Reset Content"]) {
  Deno.test(`A download or an upload with status ${status} is an error, and its call ends`, async () => {
    await using upstream = startRawUpstream(() => ({
      statusLine: `HTTP/1.1 ${status}`,
      headers: ["Content-Length: 0"],
      body: "",
    }));
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", key: "planted-k", baseUrls: [upstream.url] }],
      settings: { routing: { maxAttempts: 1 } },
    });
    const download = await fetch(`${gateway.url}/v1beta/files/abc:download`);
    assert.match(await download.text(), /Upstream sent an empty response/);
    const upload = await fetch(`${gateway.url}/upload/v1beta/files?uploadType=media`, {
      method: "POST",
      body: "hello",
    });
    assert.match(await upload.text(), /Upstream sent an empty response/);
    assert.deepEqual([download.status, upload.status], [503, 503]);
    await within(LIMIT_MS, gateway.waitForCall(({ method }) => method === "files.download"), {
      what: "the end of a call",
    });
    await within(LIMIT_MS, gateway.waitForCall(({ method }) => method === "media.upload"), {
      what: "the end of a call",
    });
    assert.deepEqual(gateway.problems, []);
  });
}

Deno.test("A length that upstream states beside chunks does not cut a download off", async () => {
  await using upstream = startRawUpstream(() => ({
    headers: ["Content-Length: 3", "Transfer-Encoding: chunked"],
    body: "5\r\nhello\r\n0\r\n\r\n",
  }));
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-k", baseUrls: [upstream.url] }],
  });
  const response = await fetch(`${gateway.url}/v1beta/files/abc:download`);
  assert.equal(await response.text(), "hello");
});

Deno.test("A browser runs no script of a file that it shows", async () => {
  await using gateway = await startEmulatedGateway();
  filesOf(gateway).plant({ id: "page", content: CONTENT, mimeType: "text/html" });
  const response = await fetch(`${gateway.url}/v1beta/files/page:download`);
  assert.deepEqual(await response.bytes(), CONTENT);
  assert.equal(response.headers.get("content-security-policy"), "sandbox");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("A Range that cannot be sent is left out, and rests no account", async () => {
  await using gateway = await startWithFile();
  const text = `GET /v1beta/files/abc:download HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n` +
    "Range: bytes=\xe9\r\nConnection: close\r\n\r\n";
  const { status, body } = await rawRequest(gateway.port, text);
  assert.deepEqual([status, body], [200, new TextDecoder().decode(CONTENT)]);
});
