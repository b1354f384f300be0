/**
 * The gateway with few file descriptors. Linux and macOS.
 *
 * @module
 */
import assert from "node:assert/strict";
import { within } from "../support/deadline.ts";
import { said } from "../support/gemini_call.ts";
import { encode, readResponse, writeAll } from "../support/raw_http.ts";
import { polluxCommand } from "../support/pollux_process.ts";
import { ON_WINDOWS, testUnless } from "../support/left_out.ts";

const LIMIT_MS = 30_000;
const FILES = 256;
const CONNECTIONS = 300;

/** A gateway without accounts, in a shell that sets the limit. */
async function startLimited(dataDir: string) {
  const { program, args, env } = polluxCommand(["serve", "--port", "0"], { dataDir });
  const child = new Deno.Command("sh", {
    args: ["-c", `ulimit -n ${FILES}; exec "$@"`, "sh", program, ...args],
    clearEnv: true,
    env: { ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = { out: "", err: "" };
  const read = async (stream: ReadableStream<Uint8Array>, key: "out" | "err") => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) printed[key] += text;
  };
  const reading = Promise.all([read(child.stdout, "out"), read(child.stderr, "err")]);
  const port = async () => {
    for (let tries = 0; tries < 400; tries++) {
      const found = /Pollux listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed.out)?.[1];
      if (found !== undefined) return Number(found);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`It does not listen: ${printed.err}`);
  };
  return {
    printed,
    port: await port(),
    async end() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      await reading;
      return code;
    },
  };
}

/** Whether `/healthz` answers on a new connection within a second. */
async function isHealthy(port: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1000);
    const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    using _closing = client;
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal, client });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

testUnless(
  ON_WINDOWS,
  "Without a free descriptor calls in flight go on, and new ones do when there is one",
  async () => {
    const dataDir = await Deno.makeTempDir();
    const gateway = await startLimited(dataDir);
    const { port } = gateway;
    const silent: Deno.Conn[] = [];
    try {
      // A call in flight: its body is still to come.
      using call = await Deno.connect({ hostname: "127.0.0.1", port });
      const body = JSON.stringify(said("Hello"));
      await writeAll(
        call,
        encode(
          "POST /v1beta/models/gemini-2.5-flash:generateContent HTTP/1.1\r\nHost: localhost\r\n" +
            `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
        ),
      );
      const interim = await within(LIMIT_MS, call.read(new Uint8Array(1024)), { what: "The 100" });
      assert.ok(interim !== null);
      assert.ok(await isHealthy(port));
      for (let at = 0; at < CONNECTIONS; at++) {
        await Deno.connect({ hostname: "127.0.0.1", port }).then(
          (conn) => silent.push(conn),
          () => {},
        );
      }
      assert.ok(silent.length > FILES / 2, `${silent.length} connections`);
      const isRefused = /limit of open files is reached/;
      for (let tries = 0; !isRefused.test(gateway.printed.err); tries++) {
        assert.ok(tries < 600, gateway.printed.err);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await writeAll(call, encode(body));
      const what = { what: "The response" };
      const response = await within(LIMIT_MS, readResponse(call), what);
      assert.equal(response.status, 400);
      assert.match(response.body, /accounts add/);
    } finally {
      for (const connection of silent) connection.close();
    }
    for (let tries = 0; !await isHealthy(port); tries++) {
      assert.ok(tries < 300, gateway.printed.err);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await gateway.end(), 0);
    assert.match(gateway.printed.err, /can open only \d+ more files/);
    assert.doesNotMatch(gateway.printed.err, /because of a bug/);
    await Deno.remove(dataDir, { recursive: true });
  },
);
