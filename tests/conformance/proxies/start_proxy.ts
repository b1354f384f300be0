/**
 * Starts a proxy with the settings in docs/behind-a-proxy.md.
 *
 * @module
 */
import assert from "node:assert/strict";
import { delay } from "../../../src/base/delay.ts";
import type { Lack } from "../../support/left_out.ts";
import { blocksFor } from "../documents/shown_blocks.ts";
import { runTool } from "../run_tool.ts";

/** A proxy. */
export type ProxyName = "nginx" | "caddy";

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
}

/** Where the proxy listens, and what it calls. */
export interface Places {
  readonly url: string;
  readonly gatewayUrl: string;
}

/** Why there is no such proxy; undefined where there is. */
export async function lackOf(name: ProxyName): Promise<Lack | undefined> {
  const { success } = await runTool(name, { args: name === "nginx" ? ["-v"] : ["version"] });
  return success ? undefined : { reason: `no "${name}" on the PATH` };
}

/** Starts the proxy. Its waits and sizes are smaller than in the document, so that a test need not wait for long. */
export async function startProxy(name: ProxyName, places: Places): Promise<Proxy> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/proxy.conf`;
  const { text, args } = name === "nginx" ? forNginx(folder, places) : forCaddy(places);
  await Deno.writeTextFile(file, text);
  const child = new Deno.Command(name, {
    args: [...args, file],
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
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
  while (!await accepts(places.url)) {
    if (!hasEnded) continue;
    await dispose();
    throw new Error(`${name} ended: ${await said}`);
  }
  return { url: places.url, [Symbol.asyncDispose]: dispose };
}

function forNginx(folder: string, places: Places) {
  const block = changed("nginx", [
    ["listen 8080;", `listen ${new URL(places.url).host};`],
    ["http://127.0.0.1:8045;", `${places.gatewayUrl};`],
    ["client_header_timeout 10s;", "client_header_timeout 1s;"],
    ["client_body_timeout 30s;", "client_body_timeout 1s;"],
    ["keepalive_timeout 60s;", "keepalive_timeout 1s;"],
    ["client_max_body_size 100m;", "client_max_body_size 1m;"],
  ]);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((path) => `${path}_temp_path ${folder}/${path};`);
  const text = `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\n` +
    `events {}\nhttp {\naccess_log off;\n${paths.join("\n")}\n${block}\n}\n`;
  return { text, args: ["-e", "stderr", "-c"] };
}

function forCaddy(places: Places) {
  const text = changed("caddy", [
    // Without certificates, and without an address for its own administration.
    ["{\n", "{\n\tadmin off\n\tauto_https off\n"],
    ["gemini.example.com {", `${places.url} {`],
    ["127.0.0.1:8045", new URL(places.gatewayUrl).host],
    ["read_header 10s", "read_header 1s"],
    ["idle 1m", "idle 1s"],
  ]);
  return { text, args: ["run", "--adapter", "caddyfile", "--config"] };
}

/** The proxy's block, with what differs for a test. */
function changed(
  name: ProxyName,
  changes: readonly (readonly [written: string, tried: string])[],
): string {
  const [block] = blocksFor(name);
  assert.ok(block, `No document has settings for ${name}`);
  let { text } = block;
  for (const [written, tried] of changes) {
    assert.ok(text.includes(written), `${block.path} no longer says "${written}"`);
    // The first brace alone opens the block of global options.
    text = written === "{\n" ? text.replace(written, tried) : text.replaceAll(written, tried);
  }
  return text;
}

/** Whether somebody listens; waits a little where nobody does. */
async function accepts(url: string): Promise<boolean> {
  try {
    using _connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(url).port),
    });
    return true;
  } catch {
    await delay(20);
    return false;
  }
}
