/**
 * The settings for proxies in docs/behind-a-proxy.md, with real proxies that have them before a real gateway.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as z from "zod";
import { within } from "../../support/deadline.ts";
import { call } from "../../support/gemini_call.ts";
import { testUnless } from "../../support/left_out.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { encode, writeAll } from "../../support/raw_http.ts";
import { runTool } from "../run_tool.ts";
import { ADMIN_KEY, startProxiedGateway } from "./proxied_gateway.ts";
import { lackOf, type ProxyName, startProxy } from "./start_proxy.ts";

const LIMIT_MS = 30_000;

/** More than the body of a call may have in these tests. */
const UPLOAD_BYTES = 3 * 1024 * 1024;

const PROXIES: readonly ProxyName[] = ["nginx", "caddy"];

for (const name of PROXIES) {
  testUnless(
    await lackOf(name),
    `${name} with the settings in docs/behind-a-proxy.md serves streams, Live, uploads, and the page where it may`,
    async (t) => {
      await using proxied = await startProxiedGateway();
      const { emulator, gateway, key } = proxied;
      await using proxy = await startProxy(name, {
        url: proxied.proxyUrl,
        gatewayUrl: gateway.url,
      });
      const headers = { "x-goog-api-key": key };

      await t.step("A call needs a key", async () => {
        assert.equal(await statusOf(`${proxy.url}/v1beta/models`), 401);
        assert.equal(await statusOf(`${proxy.url}/v1beta/models`, headers), 200);
      });

      await t.step("A stream's first event comes before its second is there", async () => {
        emulator.script("one", [{ type: "ok", chunks: ["first", "second"], chunkDelayMs: 3000 }]);
        const response = await call(proxy.url, {
          method: "streamGenerateContent",
          query: "?alt=sse",
          headers,
        });
        assert.equal(response.status, 200);
        let text = "";
        let isEarly = false;
        for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
          text += piece;
          isEarly ||= text.includes("first") && !text.includes("second");
        }
        assert.ok(isEarly, "Both came at once");
        assert.match(text, /"first"[^]*"second"/);
      });

      await t.step("A Live session talks", async () => {
        await using client = new LiveClient(proxy.url + LIVE_PATH, headers);
        assert.deepEqual(await client.setUp(), { setupComplete: {} });
        assert.ok((await client.say("Hello")).length > 0);
        client.close();
        await client.closed;
      });

      await t.step("A large file is uploaded at the proxy's address", async () => {
        const start = await fetch(`${proxy.url}/upload/v1beta/files`, {
          method: "POST",
          headers: {
            ...headers,
            "x-goog-upload-protocol": "resumable",
            "x-goog-upload-command": "start",
            "x-goog-upload-header-content-length": `${UPLOAD_BYTES}`,
            "x-goog-upload-header-content-type": "text/plain",
          },
          body: JSON.stringify({ file: { displayName: "notes" } }),
        });
        const text = await start.text();
        assert.equal(start.status, 200, text);
        const address = start.headers.get("x-goog-upload-url") ?? "";
        assert.ok(address.startsWith(`${proxy.url}/upload/`), address);
        const sent = await fetch(address, {
          method: "POST",
          headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
          body: new Uint8Array(UPLOAD_BYTES).fill(97),
        });
        assert.equal(sent.status, 200, await sent.clone().text());
        const { file } = z.object({ file: z.looseObject({ sizeBytes: z.string() }) })
          .parse(await sent.json());
        assert.equal(file.sizeBytes, `${UPLOAD_BYTES}`);
      });

      const codes = `${proxy.url}/admin/v1/ui-codes`;
      const admin = { authorization: `Bearer ${ADMIN_KEY}` };

      await t.step("The page and the admin API do not respond to others", async () => {
        for (const path of ["/ui/", "/admin/v1/status", "/admin/v1/ui-codes"]) {
          assert.equal(await statusOf(proxy.url + path, admin), 403, path);
        }
        const direct = await fetch(codes.replace(proxy.url, gateway.url), {
          method: "POST",
          headers: admin,
        });
        assert.equal(direct.status, 200, await direct.text());
      });

      await proxied.openAdmin();

      await t.step("With admin.remote, a browser signs in through the proxy", async () => {
        const made = await fetch(codes, { method: "POST", headers: admin });
        const { code } = z.object({ code: z.string() }).parse(await made.json());
        const origin = { origin: proxy.url };
        const session = await fetch(`${proxy.url}/ui/session`, {
          method: "POST",
          headers: origin,
          body: JSON.stringify({ code }),
        });
        const text = await session.text();
        assert.equal(session.status, 200, text);
        const { token } = z.object({ token: z.string() }).parse(JSON.parse(text));
        const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
        const signedIn = { ...origin, cookie, "x-pollux-token": token };
        assert.equal(await statusOf(`${proxy.url}/ui/session`, signedIn), 200);
        assert.equal(await statusOf(`${proxy.url}/ui/session`, { ...signedIn, cookie: "" }), 401);
        const foreign = { ...signedIn, origin: "http://elsewhere.example" };
        assert.equal(await statusOf(`${proxy.url}/ui/session`, foreign), 403);
        assert.equal(await statusOf(`${proxy.url}/ui/`), 200);
      });

      await t.step("The proxy keeps the page and the admin API from other networks", async () => {
        for (const path of ["/ui/", "/admin/v1/ui-codes", "/admin/status"]) {
          assert.equal(await statusFrom("127.0.0.2", `${proxy.url}${path}`), "403", path);
        }
        assert.equal(await statusFrom("127.0.0.2", `${proxy.url}/healthz`), "200");
      });

      const half = "POST /v1beta/models/m:generateContent HTTP/1.1\r\nHost: 127.0.0.1\r\n";
      const connections: Readonly<Record<string, string>> = {
        "A connection without a request": "",
        "Half a head": half,
        // Caddy limits the time of a whole body only, which large uploads need.
        ...(name === "nginx" && { "Half a body": `${half}Content-Length: 10\r\n\r\n{` }),
        "A connection that rests after a response":
          "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      };
      for (const [what, sent] of Object.entries(connections)) {
        await t.step(`${what} is ended`, async () => {
          const port = Number(new URL(proxy.url).port);
          using connection = await Deno.connect({ hostname: "127.0.0.1", port });
          await writeAll(connection, encode(sent));
          await within(LIMIT_MS, untilEnd(connection), { what: "The end of the connection" });
        });
      }
    },
  );
}

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const { status, body } = await fetch(url, { headers });
  await body?.cancel();
  return status;
}

/** The status of a request from another address of this machine. */
async function statusFrom(address: string, url: string): Promise<string> {
  const { stdout } = await runTool("curl", {
    args: ["--silent", "--interface", address, "--output", "/dev/null", "-w", "%{http_code}", url],
  });
  return stdout;
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
