/** How commands find the gateway of a data folder, and what they do not take for it. @module */
import assert from "node:assert/strict";
import { runningGateway } from "../../src/cli/running_gateway.ts";
import { factsOf } from "../../src/daemon/tls/key_pair.ts";
import { acquireDataLock } from "../../src/store/folder/data_lock.ts";
import { GatewayFile } from "../../src/store/folder/gateway_file.ts";
import { listenWithTls, NEW_PAIR, OLD_PAIR } from "../daemon/tls/tls_places.ts";
import { runAs } from "../support/fake_terminal.ts";
import { startTestGateway } from "../support/gateway.ts";
import { startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { closedUrl } from "../support/test_upstream.ts";

const ADMIN_KEY = crypto.randomUUID();

/** Longest wait for a response, in ms. */
const PATIENCE_MS = 20_000;

/** A data folder whose gateway is said to be at an address. */
function folderNaming(url: string, fingerprint?: string) {
  const folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const lock = new DisposableStack();
  lock.use(acquireDataLock(dataDir));
  const file = new GatewayFile(dataDir);
  file.write({ url, adminKey: ADMIN_KEY, fingerprint });
  return {
    dataDir,
    /** As if the gateway had been killed. */
    unlock: () => lock.dispose(),
    async find(timeoutMs = PATIENCE_MS): Promise<string> {
      const found = await runningGateway(dataDir, { timeoutMs });
      if (found.state === "running") return `${found.state} ${found.url} ${found.response.code}`;
      return found.state === "silent" ? `${found.state} ${found.url}: ${found.why}` : found.state;
    },
    [Symbol.dispose]() {
      lock.dispose();
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("runningGateway() finds nothing where no gateway ever ran, or its file was left behind", async () => {
  using folder = tempFolder();
  const request = { timeoutMs: PATIENCE_MS };
  assert.deepEqual(await runningGateway(`${folder.path}/none`, request), { state: "none" });
  using left = folderNaming(closedUrl());
  assert.equal(await left.find(), "none");
});

Deno.test("runningGateway() finds the gateway with the folder's admin key, and no other one", async () => {
  await using gateway = await startTestGateway({
    accounts: [],
    adminKey: ADMIN_KEY,
  });
  using folder = folderNaming(gateway.url);
  assert.equal(await folder.find(), `running ${gateway.url} 200`);
  await using other = await startTestGateway({
    accounts: [],
    adminKey: crypto.randomUUID(),
  });
  using stale = folderNaming(other.url);
  assert.equal(await stale.find(), "none");
});

Deno.test("runningGateway() does not take a gateway with the same admin.key for one of the folder", async () => {
  await using gateway = await startTestGateway({ accounts: [], adminKey: ADMIN_KEY });
  using folder = folderNaming(gateway.url);
  folder.unlock();
  assert.equal(await folder.find(), "none");
});

Deno.test("runningGateway() does not take another program for the gateway, whatever it responds", async () => {
  const status = { accounts: [], waitingCalls: 0 };
  const responses: readonly (() => Response)[] = [
    () => new Response("hello"),
    () => Response.json(status),
    () => Response.json(status, { headers: { server: "caddy" } }),
    () => new Response("", { status: 404 }),
    () => Response.json({ error: { code: 401 } }, { status: 401 }),
    () => new Response("", { status: 302, headers: { location: "/login" } }),
  ];
  for (const respond of responses) {
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, respond);
    using folder = folderNaming(`http://127.0.0.1:${server.addr.port}`);
    assert.equal(await folder.find(), "none");
  }
});

Deno.test("runningGateway() knows a gateway of an earlier version, which names itself only at /healthz", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) =>
      request.url.endsWith("/healthz")
        ? Response.json({ status: "ok" }, { headers: { server: "pollux" } })
        : Response.json({}),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  using folder = folderNaming(url);
  assert.equal(await folder.find(), `running ${url} 200`);
});

Deno.test("runningGateway() tells a gateway that hangs from another program that has a killed one's port", async () => {
  // The system accepts its connections, and nobody reads from them.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  using folder = folderNaming(url);
  assert.equal(await folder.find(200), `silent ${url}: it took longer than 0.2 s`);
  folder.unlock();
  assert.equal(await folder.find(200), "none");
});

Deno.test("runningGateway() trusts only the certificate that the folder names", async () => {
  const listener = await listenWithTls(() => Response.json({}, { headers: { server: "pollux" } }));
  using folder = folderNaming(listener.url, factsOf(OLD_PAIR).fingerprint);
  assert.equal(await folder.find(), `running ${listener.url} 200`);
  using other = folderNaming(listener.url, factsOf(NEW_PAIR).fingerprint);
  assert.equal(await other.find(), "none");
  await listener.stop();
});

Deno.test("doctor finds the gateway through the data folder, whatever the configured port is", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  async function gatewayLines(port: string): Promise<string> {
    const env = { HOME: folder.path, APPDATA: folder.path, POLLUX_SERVER_PORT: port };
    const { out } = await runAs({ env }, ["doctor", "--data-dir", dataDir]);
    return out.split("\n").filter((line) => /^\S+ +(?:gateway|port):/.test(line)).join("\n");
  }
  await using other = await startGateway({ dataDir: `${dataDir}.other` });
  const taken = new URL(other.url).port;
  const named = `127.0.0.1:${taken} is taken by another Pollux, which has another data folder`;
  assert.equal(
    await gatewayLines(taken),
    `ok       gateway: None runs on the data folder\nERROR    port: ${named}`,
  );
  await using gateway = await startGateway({ dataDir });
  const ok = `ok       gateway: One runs on the data folder, at ${gateway.url}`;
  const { port } = new URL(gateway.url);
  assert.equal(await gatewayLines("0"), `${ok}\nok       port: The gateway takes any free port`);
  assert.equal(await gatewayLines(port), `${ok}\nok       port: The gateway has 127.0.0.1:${port}`);
  assert.equal(await gatewayLines(taken), `${ok}\nWARNING  port: ${named}`);
});
