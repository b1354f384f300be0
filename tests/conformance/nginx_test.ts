/**
 * The settings for nginx in docs/security.md, with a real nginx that has them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { within } from "../support/deadline.ts";
import { startTestGateway } from "../support/gateway.ts";
import { call } from "../support/gemini_call.ts";
import { encode, writeAll } from "../support/raw_http.ts";
import { freeUrl, scriptedStream, startTestUpstream } from "../support/test_upstream.ts";
import { fencedBlocks } from "./documents/fenced_blocks.ts";
import { runTool } from "./run_tool.ts";
import { testUnless } from "../support/left_out.ts";

const KEY = "planted-key-of-the-gateway";
const LIMIT_MS = 30_000;
const FIRST = 'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]}}]}\n\n';
const LAST = 'data: {"candidates":[{"finishReason":"STOP"}]}\n\n';

const version = await runTool("nginx", { args: ["-v"] });
const NO_NGINX = version.success ? undefined : { reason: "no nginx on the PATH" };

testUnless(
  NO_NGINX,
  "nginx with the settings in docs/security.md bounds what Deno does not, and lets streams flow",
  async (t) => {
    const script = scriptedStream();
    await using upstream = startTestUpstream(({ method }) =>
      method === "GET" ? Response.json({ models: [] }) : script.response
    );
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    });
    await using nginx = await startNginx(gateway.url);

    await t.step("It asks for a key, though none is configured", async () => {
      const direct = await fetch(`${gateway.url}/v1beta/models`);
      await direct.body?.cancel();
      assert.notEqual(direct.status, 401);
      const forwarded = await fetch(`${nginx.url}/v1beta/models`);
      await forwarded.body?.cancel();
      assert.equal(forwarded.status, 401);
    });

    gateway.apply({ auth: { apiKey: KEY } });
    const port = Number(new URL(nginx.url).port);
    const answered = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const half = "POST /v1beta/models/m:generateContent HTTP/1.1\r\nHost: localhost\r\n";
    const connections = {
      "A connection without a request": "",
      "Half a head": half,
      "Half a body": `${half}Content-Length: 10\r\n\r\n{`,
      "A connection that rests after a response": answered,
    };
    for (const [what, sent] of Object.entries(connections)) {
      await t.step(`${what} is ended`, async () => {
        using connection = await Deno.connect({ hostname: "127.0.0.1", port });
        await writeAll(connection, encode(sent));
        await within(LIMIT_MS, untilEnd(connection), { what: "The end of the connection" });
      });
    }

    await t.step("A stream's first event comes before its second is there", async () => {
      const headers = { "x-goog-api-key": KEY };
      const options = { method: "streamGenerateContent", query: "?alt=sse", headers } as const;
      const streaming = call(nginx.url, options);
      script.write(FIRST);
      const response = await within(LIMIT_MS, streaming, { what: "The response" });
      assert.equal(response.status, 200);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      assert.ok(reader);
      const first = await within(LIMIT_MS, reader.read(), { what: "The first event" });
      assert.match(first.value ?? "", /"text":"a"/);
      script.write(LAST);
      script.end();
      let rest = "";
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        rest += read.value;
      }
      assert.match(rest, /"finishReason":"STOP"/);
    });
  },
);

/** Starts nginx with the block of docs/security.md, its times shortened, before a gateway. */
async function startNginx(gatewayUrl: string) {
  const security = await Deno.readTextFile(new URL("../../docs/security.md", import.meta.url));
  let block = fencedBlocks(security).find(({ language }) => language === "nginx")?.text ?? "";
  const url = freeUrl();
  const changes = [
    ["listen 8080;", `listen ${new URL(url).host};`],
    ["http://127.0.0.1:8045;", `${gatewayUrl};`],
    ["client_header_timeout 10s;", "client_header_timeout 1s;"],
    ["client_body_timeout 30s;", "client_body_timeout 1s;"],
    ["keepalive_timeout 60s;", "keepalive_timeout 1s;"],
  ] as const;
  for (const [written, tried] of changes) {
    assert.ok(block.includes(written), `docs/security.md no longer says "${written}"`);
    block = block.replace(written, tried);
  }
  const folder = await Deno.makeTempDir();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`);
  const file = `${folder}/nginx.conf`;
  await Deno.writeTextFile(
    file,
    `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\n` +
      `http {\naccess_log off;\n${paths.join("\n")}\n${block}\n}\n`,
  );
  const child = new Deno.Command("nginx", {
    args: ["-e", "stderr", "-c", file],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  let hasEnded = false;
  child.status.then(() => hasEnded = true);
  async function dispose(): Promise<void> {
    if (!hasEnded) child.kill("SIGKILL");
    await child.status;
    await said;
    await Deno.remove(folder, { recursive: true });
  }
  while (!await accepts(url)) {
    if (!hasEnded) continue;
    await dispose();
    throw new Error(`nginx ended: ${await said}`);
  }
  return { url, [Symbol.asyncDispose]: dispose };
}

/** Whether somebody listens; waits a little where nobody does. */
async function accepts(url: string): Promise<boolean> {
  try {
    const connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(url).port),
    });
    connection.close();
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return false;
  }
}

/** Reads until the other side closes the connection. */
async function untilEnd(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  try {
    while (await connection.read(buffer) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}
