/** Walks the table of docs/access.md: what each caller may do at each door. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { said } from "../../support/gemini_call.ts";
import { signIn } from "../../support/page_client.ts";
import { CONSTRAINED_PATH, LIVE_PATH } from "../../support/live_client.ts";

const API_KEY = "planted-gateway-key";
const ADMIN_KEY = "planted-admin-key";
const CLIENT_A = "planted-client-a";
const CLIENT_B = "planted-client-b";
const METRICS_KEY = "planted-client-of-metrics";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/access.md", import.meta.url));

/** The rows of the first table: the cells by the names of their columns. */
function tableRows(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lines = /(?:^\|.*\n)+/m.exec(PAGE)?.[0].trimEnd().split("\n") ?? [];
  const [head = [], , ...rows] = lines.map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  return new Map(rows.map(([name = "", ...cells]) => [
    name,
    new Map(cells.map((cell, nth) => [head[nth + 1] ?? "", cell])),
  ]));
}

/** What a caller presents: a key, or parameters of the query. */
interface Presented {
  readonly key?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it signs in with at the page. Default: the key. */
  readonly proof?: Readonly<Record<string, string>>;
}

/** A request to a door. */
interface Door {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const START: Door = {
  path: "/upload/v1beta/files",
  method: "POST",
  headers: {
    "x-goog-upload-protocol": "resumable",
    "x-goog-upload-command": "start",
    "x-goog-upload-header-content-length": "5",
    "x-goog-upload-header-content-type": "text/plain",
  },
  body: "{}",
};

Deno.test("Each caller may do at each door what docs/access.md says", async (t) => {
  await using gateway = await startEmulatedGateway({
    // Otherwise the wrong keys would be too many for one address.
    settings: {
      server: { trustedProxies: ["127.0.0.1"] },
      auth: { apiKey: API_KEY },
      // So that the page responds to forwarded requests.
      admin: { isRemote: true },
    },
    clientKeys: clientKeysOf(
      new Map([[CLIENT_A, "a"], [CLIENT_B, "b"], [METRICS_KEY, "metrics"]]),
      { metrics: { may: ["metrics"] } },
    ),
    adminKey: ADMIN_KEY,
    page: () => Promise.resolve({ type: "text/html", text: "page" }),
    metrics: { text: () => "up 1\n", type: "text/plain" },
  });
  let sent = 0;
  function ask(door: Door, { key, query, headers: own }: Presented): Promise<Response> {
    const { path, method = "GET", headers, body = null } = door;
    const joint = path.includes("?") ? "&" : "?";
    return fetch(`${gateway.url}${path}${query === undefined ? "" : joint + query}`, {
      method,
      headers: {
        "x-forwarded-for": `203.0.113.${++sent}`,
        ...headers,
        ...own,
        ...(key === undefined ? {} : { "x-goog-api-key": key }),
      },
      body,
    });
  }
  /** Starts an upload with key A; returns the query of its address. */
  async function startUpload(): Promise<string> {
    const response = await ask(START, { key: CLIENT_A });
    await response.body?.cancel();
    const address = new URL(response.headers.get("x-goog-upload-url") ?? "");
    return address.search.slice(1);
  }
  const finish = (query: string): Door => ({
    path: `/upload/v1beta/files?${query}`,
    method: "POST",
    headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
    body: "hello",
  });
  const upload = await ask(finish(await startUpload()), { key: CLIENT_A });
  const made = await upload.json();
  const callId = upload.headers.get("x-request-id") ?? assert.fail();
  const token = await (await ask(
    { path: "/v1alpha/auth_tokens", method: "POST", body: '{"uses":0}' },
    { key: CLIENT_A },
  )).json();

  const session = await signIn(gateway.url, { key: ADMIN_KEY });
  const codeMade = await ask({ path: "/admin/v1/ui-codes", method: "POST" }, { key: ADMIN_KEY });
  const { code } = await codeMade.json();

  const callers: Readonly<Record<string, Presented>> = {
    "nothing": {},
    "a wrong key": { key: "planted-wrong-key" },
    "client key A": { key: CLIENT_A },
    "client key B": { key: CLIENT_B },
    "a client key with `--may metrics`": { key: METRICS_KEY },
    "`auth.api_key`": { key: API_KEY },
    "the admin key": { key: ADMIN_KEY },
    "the page's session": { headers: session.headers },
    "the page's cookie alone": { headers: { cookie: session.cookie } },
    "a code of `pollux ui`": { key: code, proof: { code } },
    "the address of A's upload": {},
    "an ephemeral token (Live)": { key: token.name },
  };
  const adminPaths = [...PAGE.matchAll(/`(\/admin\/(?!v1)[\w/]+)`/g)].map(([, path = ""]) => path);
  const isToken = (presented: Presented) => presented.key === token.name;
  const doors: Readonly<
    Record<string, (caller: string, presented: Presented) => readonly Door[] | Promise<[Door]>>
  > = {
    "`/healthz`": () => [{ path: "/healthz" }],
    "`OPTIONS`": () => [{ path: "/v1beta/models", method: "OPTIONS" }],
    "models": () => [{ path: "/v1beta/models" }],
    "calls": () => [{
      path: "/v1beta/models/gemini-2.5-flash:generateContent",
      method: "POST",
      body: JSON.stringify(said("Hi")),
    }],
    "A's file": () => [{ path: `/v1beta/${made.file.name}` }],
    "start an upload": () => [START],
    "continue A's upload": async (caller) => {
      const query = await startUpload();
      const knows = /^client|^a client|^`auth|^the address/.test(caller);
      return [finish(knows ? query : "upload_id=planted-made-up")];
    },
    // Without an upgrade, so that the status can be read.
    "Live": (_caller, presented) => [{ path: isToken(presented) ? CONSTRAINED_PATH : LIVE_PATH }],
    "`/admin/…`": () => adminPaths.map((path) => ({ path: path.replace("ID", callId) })),
    "`/metrics`": () => [{ path: "/metrics" }],
    "`/ui/`": () => [{ path: "/ui/" }, { path: "/favicon.ico" }],
    "sign in there": (_caller, { key = "", proof = { key } }) => [{
      path: "/ui/session",
      method: "POST",
      body: JSON.stringify(proof),
    }],
    // Which path is served there decides nothing.
    "`/admin/v1/…`": () => [{ path: "/admin/v1/nothing-there" }],
    "other paths": () => [{ path: "/nowhere" }],
  };

  assert.deepEqual(adminPaths, ["/admin/status", "/admin/models", "/admin/explain/ID"]);
  const rows = tableRows();
  assert.deepEqual([...rows.keys()], Object.keys(callers));
  for (const [caller, cells] of rows) {
    assert.deepEqual([...cells.keys()], Object.keys(doors));
    await t.step(caller, async () => {
      const presented = callers[caller] ?? {};
      for (const [name, cell] of cells) {
        for (const door of await doors[name]?.(caller, presented) ?? assert.fail(name)) {
          const { status, body } = await ask(door, presented);
          await body?.cancel();
          const isOpened = door.path === "/admin/v1/nothing-there" && status === 404;
          const isRefused = [401, 403, 404, 429].includes(status) && !isOpened;
          const words = `${caller}, ${name}, ${door.path}: ${status}`;
          assert.equal(isRefused ? String(status) : "yes", cell, words);
        }
      }
    });
  }
});
