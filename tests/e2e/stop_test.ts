/** The end of a gateway that was told to stop, whatever its log's reader or a client does. @module */
import assert from "node:assert/strict";
import { tempFolder } from "../support/temp_folder.ts";
import { within } from "../support/deadline.ts";
import { polluxCommand, startGateway } from "../support/pollux_process.ts";

/** Far more than anything here takes, on a busy machine too. */
const LIMIT_MS = 30_000;

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("SIGTERM ends a gateway whose log nobody reads, and takes gateway.json with it", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const env = {
    POLLUX_LOG_BODIES_UNTIL: new Date(Date.now() + 3_600_000).toISOString(),
    POLLUX_LOG_LEVEL: "debug",
  };
  const { program, args, env: all } = polluxCommand(["serve", "--port", "0"], { dataDir, env });
  const child = new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { ...all },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  let said = "";
  while (!/listens on \S+\n/.test(said)) {
    const { value, done } = await within(LIMIT_MS, reader.read(), { what: "The address" });
    assert.ok(!done);
    said += new TextDecoder().decode(value);
  }
  const url = /listens on (\S+)/.exec(said)?.[1];
  assert.ok(isThere(`${dataDir}/gateway.json`));
  // A pipe holds 64 KiB; a line of the body log up to 16.
  const text = "x".repeat(20_000);
  for (let call = 0; call < 20; call++) {
    const response = await fetch(`${url}/v1beta/models/m:generateContent`, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
    });
    await response.body?.cancel();
  }
  child.kill("SIGTERM");
  const { code } = await within(LIMIT_MS, child.status, { what: "The end" });
  assert.equal(code, 0);
  assert.ok(!isThere(`${dataDir}/gateway.json`));
  await reader.cancel();
  await child.stderr.cancel();
});

Deno.test("SIGTERM ends a gateway whose client neither sends nor reads on, within the drain time", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await using gateway = await startGateway({ dataDir, env: { POLLUX_SERVER_DRAIN_TIMEOUT: "1s" } });
  const { hostname, port } = new URL(gateway.url);
  const head = `POST /v1beta/models/m:generateContent HTTP/1.1\r\nhost: ${hostname}:${port}\r\n`;
  // Nothing at all, half a head, half a body.
  const clients: Deno.Conn[] = [];
  for (const sent of ["", head, `${head}content-length: 100\r\n\r\n{`]) {
    const client = await Deno.connect({ hostname, port: Number(port) });
    clients.push(client);
    if (sent !== "") await client.write(new TextEncoder().encode(sent));
  }
  gateway.signal("SIGTERM");
  await within(LIMIT_MS, gateway.logged(/Stopping; requests in flight/), { what: "The stop" });
  assert.ok(!isThere(`${dataDir}/gateway.json`));
  const { code, stderr } = await within(LIMIT_MS, gateway.ended, { what: "The end" });
  assert.equal(code, 0, stderr);
  for (const client of clients) client.close();
});
