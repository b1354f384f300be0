import assert from "node:assert/strict";
import { within } from "../../support/deadline.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { checkedError } from "../../support/gemini_call.ts";
import {
  encode,
  parseResponse,
  type RawResponse,
  readResponse,
  writeAll,
} from "../../support/raw_http.ts";

const MIB = 1024 * 1024;
const TARGET = "/v1beta/models/gemini-2.5-flash:generateContent";
const LIMIT_MS = 30_000;
const WHAT = { what: "The response" };

function head(headers: string, target = TARGET): Uint8Array<ArrayBuffer> {
  return encode(`POST ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`);
}

/** Reads until a text has come. */
async function readUntil(connection: Deno.Conn, end: string): Promise<string> {
  const buffer = new Uint8Array(16 * 1024);
  let text = "";
  while (!text.includes(end)) {
    const count = await connection.read(buffer);
    assert.ok(count !== null, `closed after ${text}`);
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return text;
}

Deno.test("A refusal's text goes out before the rest of the body has come, and the rest is taken", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxBodyBytes: MIB } },
  });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await writeAll(connection, head(`Content-Length: ${5 * MIB}`));
  const refusal = parseResponse(await readUntil(connection, '"INVALID_ARGUMENT"'));
  assert.equal(refusal.status, 413);
  assert.equal(refusal.headers.get("content-encoding"), null);
  assert.ok(!refusal.body.endsWith("\n"));
  await within(LIMIT_MS, writeAll(connection, new Uint8Array(5 * MIB)), { what: "The end" });
  assert.equal(await within(LIMIT_MS, readUntil(connection, "\n"), WHAT), "\n");
});

const UNFINISHED:
  readonly (readonly [name: string, headers: string, sent: Uint8Array<ArrayBuffer>])[] = [
    ["of declared length", `Content-Length: ${5 * MIB}`, new Uint8Array(3 * MIB)],
    ["in chunks", "Transfer-Encoding: chunked", encode(`300000\r\n${" ".repeat(3 * MIB)}\r\n`)],
  ];

Deno.test("A client that stops sending gets the whole refusal", async (t) => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { maxBodyBytes: MIB } },
  });
  for (const [name, headers, sent] of UNFINISHED) {
    await t.step(name, async () => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
      await writeAll(connection, head(headers));
      await writeAll(connection, sent);
      const { status, body } = await within(LIMIT_MS, readResponse(connection), WHAT);
      assert.equal(status, 413);
      checkedError(413, body);
    });
  }
});

/** Reads a response; Deno 2.9 sends "100 Continue" before it whatever the handler does. */
async function readFinal(connection: Deno.Conn): Promise<RawResponse> {
  let text = await readUntil(connection, "\r\n\r\n");
  if (text.startsWith("HTTP/1.1 100")) text = text.slice(text.indexOf("\r\n\r\n") + 4);
  while (!text.endsWith("}\n")) text += await readUntil(connection, "\n");
  return parseResponse(text);
}

Deno.test("A client that asks whether to send is told no at once", async () => {
  await using gateway = await startEmulatedGateway();
  const headers = `Content-Length: ${101 * MIB}\r\nExpect: 100-continue`;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await writeAll(connection, head(headers));
  const response = await within(LIMIT_MS, readFinal(connection), WHAT);
  assert.equal(response.status, 413);
  checkedError(413, response.body);
});

Deno.test("A client that asks whether to send and does not wait reads the refusal", async () => {
  await using gateway = await startEmulatedGateway();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
  await writeAll(
    connection,
    head(`Content-Length: ${5 * MIB}\r\nExpect: 100-continue`, "/nowhere"),
  );
  await writeAll(connection, new Uint8Array(5 * MIB));
  const response = await within(LIMIT_MS, readFinal(connection), WHAT);
  assert.equal(response.status, 404);
});

Deno.test("A half-sent body ends in 408", async (t) => {
  await using gateway = await startEmulatedGateway({
    settings: { server: { bodyTimeoutMs: 300 } },
  });
  for (const headers of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
    await t.step(headers, async () => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: gateway.port });
      await writeAll(connection, head(headers));
      const { status, body } = await within(LIMIT_MS, readResponse(connection), WHAT);
      assert.equal(status, 408);
      assert.equal(checkedError(408, body).status, "DEADLINE_EXCEEDED");
    });
  }
});
