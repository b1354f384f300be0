/** The list of files over several projects, page by page. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { ClientKeys } from "../../../src/keys/client_key.ts";
import { clientKey } from "../../support/client_keys.ts";
import { keptOwners } from "../../../src/pool/owners/owners.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../../support/gateway.ts";
import { testSealer } from "../../support/test_sealer.ts";

/** More pages than any list here has. */
const MOST_PAGES = 60;

/** Accounts by name, each with its project. */
type Projects = Readonly<Record<string, string>>;

const THREE: Projects = { a: "pa", b: "pb", c: "pc" };

/** An emulator with these accounts, and a function that starts gateways before it which share their key. */
async function startProjects(projects: Projects = THREE) {
  const emulator = await startEmulator();
  const sealer = await testSealer();
  const accounts = Object.entries(projects).map(([name, project]): TestAccount => ({
    name,
    baseUrls: [emulator.url],
    key: emulator.addApiKey(name, { project }),
  }));
  const gateways: TestGateway[] = [];
  return {
    emulator,
    accounts,
    async gateway(options: Partial<Parameters<typeof startTestGateway>[0]> = {}) {
      const gateway = await startTestGateway({ accounts, sealer, ...options });
      gateways.push(gateway);
      return gateway;
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      for (const gateway of gateways) await gateway.close();
    },
  };
}

/** Plants files in a project, and returns their names as a list shows them: the newest first. */
function plant(emulator: Emulator, project: string, count: number): string[] {
  return Array.from({ length: count }, () => String(emulator.files(project).plant()["name"]))
    .reverse();
}

/** Deletes all files. */
function clear(emulator: Emulator, projects: Projects = THREE): void {
  for (const project of Object.values(projects)) {
    const files = emulator.files(project);
    for (const { name } of files.list()) files.delete(String(name).slice("files/".length));
  }
}

/** A page, as the client sees it. */
interface Page {
  readonly status: number;
  readonly names: readonly string[];
  readonly token: string | undefined;
  readonly error: { readonly status: string; readonly message: string } | undefined;
  readonly account: string | null;
}

async function list(
  { url }: TestGateway,
  query: Readonly<Record<string, string | number>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const texts = Object.entries(query).map(([name, value]) => [name, String(value)]);
  const response = await fetch(`${url}/v1beta/files?${new URLSearchParams(texts)}`, { headers });
  const { files = [], nextPageToken, error } = await response.json();
  return {
    status: response.status,
    names: files.map(({ name }: { readonly name: string }) => name),
    token: nextPageToken,
    error,
    account: response.headers.get("x-pollux-account"),
  };
}

/** Has the next list of an account fail. */
function fail(emulator: Emulator, account: string, type: "401-revoked" | "500" | "503"): void {
  emulator.script(account, [{ type }], { method: "files.list" });
}

function tokenOf(token: string): Readonly<Record<string, string>> {
  return token === "" ? {} : { pageToken: token };
}

/** All pages, of the gateways in turn. */
async function pages(
  gateways: readonly TestGateway[],
  pageSize: number,
): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  let token: string | undefined = "";
  for (let nth = 0; token !== undefined; nth++) {
    assert.ok(nth < MOST_PAGES, "the list does not end");
    const gateway = gateways[nth % gateways.length];
    assert.ok(gateway);
    const page: Page = await list(gateway, { pageSize, ...tokenOf(token) });
    assert.equal(page.status, 200, JSON.stringify(page.error));
    found.push(page.names);
    token = page.token;
  }
  return found;
}

Deno.test("Every file of three projects stands on exactly one page, whatever the sizes, across restarts", async (t) => {
  await using at = await startProjects();
  // The second one is a restarted one: it shares only the key of the store.
  const gateways = [await at.gateway(), await at.gateway()];
  const counts = [0, 1, 3];
  for (const a of counts) {
    for (const b of counts) {
      for (const c of counts) {
        await t.step(`${a}, ${b} and ${c} files`, async () => {
          clear(at.emulator);
          const all = Object.entries({ pa: a, pb: b, pc: c })
            .flatMap(([project, count]) => plant(at.emulator, project, count));
          for (const size of [1, 2, 3, 4, 10]) {
            const found = await pages(gateways, size);
            assert.deepEqual(found.flat(), all);
            // All pages are full but the last, which is empty only if there is nothing at all.
            assert.ok(found.slice(0, -1).every(({ length }) => length === size));
            assert.ok((found.at(-1)?.length ?? 0) > 0 || all.length === 0);
          }
        });
      }
    }
  }
});

Deno.test("Without a size a page has ten files, and a size above a hundred counts as a hundred", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  plant(at.emulator, "pa", 60);
  plant(at.emulator, "pb", 60);
  assert.equal((await list(gateway)).names.length, 10);
  assert.equal((await list(gateway, { pageSize: 0 })).names.length, 10);
  assert.equal((await list(gateway, { pageSize: 1000 })).names.length, 100);
  assert.equal((await list(gateway, { page_size: 3 })).names.length, 3);
  for (const pageSize of ["-1", "x", "1.5", "99999999999"]) {
    const { status, error } = await list(gateway, { pageSize });
    assert.equal(status, 400);
    assert.equal(error?.status, "INVALID_ARGUMENT");
  }
});

Deno.test("An empty list is an empty object, and its HEAD has no body", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  const response = await fetch(`${gateway.url}/v1beta/files`);
  assert.deepEqual(await response.json(), {});
  const head = await fetch(`${gateway.url}/v1beta/files`, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

Deno.test("A page asks only the accounts that it and its token need", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  plant(at.emulator, "pa", 5);
  plant(at.emulator, "pb", 5);
  await list(gateway, { pageSize: 3 });
  const asked = at.emulator.requests.map(({ account }) => account);
  // Its three files, and whether there is a fourth.
  assert.deepEqual(asked, ["a", "a"]);
  assert.deepEqual(at.emulator.requests.map(({ query }) => query.get("pageSize")), ["3", "1"]);
  const busy = gateway.gateway.snapshot().filter(({ callsInFlight }) => callsInFlight > 0);
  assert.deepEqual(busy, []);
});

Deno.test("A page token that was changed, or belongs to something else, is refused", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  plant(at.emulator, "pa", 3);
  const { token = "" } = await list(gateway, { pageSize: 1 });
  const middle = token.length >> 1;
  const flipped = token[middle] === "A" ? "B" : "A";
  const others = await startProjects();
  await using _ = others;
  plant(others.emulator, "pa", 3);
  const foreign = await list(await others.gateway(), { pageSize: 1 });
  for (
    const pageToken of [
      token.slice(0, middle) + flipped + token.slice(middle + 1),
      token.slice(0, -2),
      `${token}A`,
      foreign.token ?? "",
      "1",
      "null",
      "ÿ",
      btoa(JSON.stringify({ accountId: "id-b", token: "" })),
    ]
  ) {
    const { status, error } = await list(gateway, { pageSize: 1, pageToken });
    assert.equal(status, 400, pageToken);
    assert.match(error?.message ?? "", /^This page token is not valid/);
  }
  assert.equal((await list(gateway, { pageSize: 1, pageToken: token })).status, 200);
});

Deno.test("An account that fails is left out, and its failed try is recorded", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway({ settings: { routing: { maxAttempts: 1 } } });
  const names = [...plant(at.emulator, "pa", 2), ...plant(at.emulator, "pc", 2)];
  plant(at.emulator, "pb", 2);
  fail(at.emulator, "b", "503");
  const { names: found } = await list(gateway, { pageSize: 10 });
  assert.deepEqual(found, names);
  const { failedTries, status, account, attempts } = await gateway.waitForCall();
  assert.deepEqual(failedTries.map(({ account }) => account), ["b"]);
  assert.deepEqual({ status, account, attempts }, { status: 200, account: "c", attempts: 3 });
});

Deno.test("If all accounts fail, the first error is the response", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway({ settings: { routing: { maxAttempts: 1 } } });
  plant(at.emulator, "pa", 2);
  fail(at.emulator, "a", "503");
  fail(at.emulator, "b", "500");
  fail(at.emulator, "c", "500");
  const { status, error } = await list(gateway);
  assert.equal(status, 503);
  assert.equal(error?.status, "UNAVAILABLE");
});

Deno.test("A page whose accounts fail is an error, since an empty one would break SDKs", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway({ settings: { routing: { maxAttempts: 1 } } });
  plant(at.emulator, "pa", 1);
  const names = plant(at.emulator, "pb", 1);
  const { token = "" } = await list(gateway, { pageSize: 1 });
  fail(at.emulator, "b", "503");
  const failed = await list(gateway, { pageSize: 1, pageToken: token });
  assert.equal(failed.status, 503);
  // The token is still good.
  const { names: found } = await list(await at.gateway(), { pageSize: 1, pageToken: token });
  assert.deepEqual(found, names);
});

Deno.test("Files that are deleted between pages leave no page empty", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  plant(at.emulator, "pa", 2);
  const names = plant(at.emulator, "pb", 2);
  const first = await list(gateway, { pageSize: 2 });
  // The page that the token leads to loses some, then all of its files.
  at.emulator.files("pb").delete((names[0] ?? "").slice("files/".length));
  const second = await list(gateway, { pageSize: 2, pageToken: first.token ?? "" });
  assert.deepEqual(second, { ...second, names: [names[1]], token: undefined });
  clear(at.emulator);
  const third = await list(gateway, { pageSize: 2, pageToken: first.token ?? "" });
  assert.deepEqual(third, { ...third, status: 200, names: [names[0]], token: undefined });
  assert.deepEqual((await list(gateway)).names, []);
});

Deno.test("A client that deletes what each page shows reaches every file", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  const all = [...plant(at.emulator, "pa", 5), ...plant(at.emulator, "pb", 5)];
  const deleted: string[] = [];
  let token: string | undefined = "";
  while (token !== undefined) {
    const page: Page = await list(gateway, {
      pageSize: 3,
      ...tokenOf(token),
    });
    assert.ok(page.names.length > 0);
    for (const name of page.names) {
      const response = await fetch(`${gateway.url}/v1beta/${name}`, { method: "DELETE" });
      assert.deepEqual([response.status, await response.json()], [200, {}]);
      deleted.push(name);
    }
    token = page.token;
  }
  assert.deepEqual(deleted, all);
});

Deno.test("Two accounts of one project show its files once, as stated or as learnt", async () => {
  await using at = await startProjects({ a: "pa", b: "pb", c: "pa" });
  const names = [...plant(at.emulator, "pa", 3), ...plant(at.emulator, "pb", 1)];
  const stated = await at.gateway({
    accounts: at.accounts.map((account) => ({
      ...account,
      ...(account.name === "b" ? {} : { settings: { projectGroup: "g" } }),
    })),
  });
  const learning = await at.gateway();
  for (const gateway of [stated, learning]) {
    for (const size of [1, 2, 10]) assert.deepEqual((await pages([gateway], size)).flat(), names);
  }
  // What was learnt saves the request to "c".
  const before = at.emulator.requests.length;
  await list(learning, { pageSize: 10 });
  assert.deepEqual(at.emulator.requests.slice(before).map(({ account }) => account), ["a", "b"]);
});

Deno.test("Another account of a project lists it where the first one fails", async () => {
  await using at = await startProjects({ a: "pa", b: "pb", c: "pa" });
  const gateway = await at.gateway({
    accounts: at.accounts.map((account) => ({
      ...account,
      ...(account.name === "b" ? {} : { settings: { projectGroup: "g" } }),
    })),
  });
  const names = plant(at.emulator, "pa", 2);
  fail(at.emulator, "a", "401-revoked");
  const { names: found, account } = await list(gateway);
  assert.deepEqual([found, account], [names, "c"]);
});

Deno.test("Removing an account between pages removes only its own files from the list", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway();
  plant(at.emulator, "pa", 1);
  plant(at.emulator, "pb", 3);
  const names = plant(at.emulator, "pc", 2);
  const { token = "" } = await list(gateway, { pageSize: 2 });
  await gateway.setAccounts(at.accounts.filter(({ name }) => name !== "b"));
  const { names: found } = await list(gateway, { pageSize: 2, pageToken: token });
  assert.deepEqual(found, names);
});

const KEYS: ClientKeys = {
  exist: true,
  find(text) {
    const id = /^planted-key-(\w+)$/.exec(text)?.[1];
    return id === undefined ? undefined : { key: clientKey(id, id), state: "valid" };
  },
  get: (id) => clientKey(id, id),
  isValid: () => true,
  all: () => [],
};

/** A keeper with rows that say which caller made which file. */
async function ownedBy(owners: Readonly<Record<string, readonly string[]>>, accountId: string) {
  const store = await openStore({ memory: true });
  const onProblem = () => assert.fail();
  const writer = store.keeper({ clock: Date, onProblem });
  const table = keptOwners(writer, Date);
  for (const [callerId, names] of Object.entries(owners)) {
    for (const name of names) {
      table.set(name, {
        accountId,
        callerId,
        project: `account:${accountId}`,
        expiresAtMs: Date.now() + 3_600_000,
        createTime: "",
      });
    }
  }
  await writer.close();
  const keeper = store.keeper({ clock: Date, onProblem });
  return {
    keeper,
    async [Symbol.asyncDispose]() {
      await keeper.close();
      store.close();
    },
  };
}

Deno.test("With client keys, each key sees its own files, and no page is empty", async () => {
  await using at = await startProjects();
  const all = plant(at.emulator, "pa", 12);
  const unknown = plant(at.emulator, "pb", 1);
  const owner = (nth: number) => nth % 4 === 0 ? "ada" : nth % 4 === 1 ? "open" : "bob";
  const of = (id: string) => all.filter((_, nth) => owner(nth) === id);
  await using owned = await ownedBy({ ada: of("ada"), bob: of("bob"), open: of("open") }, "id-a");
  const gateway = await at.gateway({
    clientKeys: KEYS,
    keeper: owned.keeper,
    settings: { auth: { apiKey: "planted-own" } },
  });
  for (
    const [key, names] of [
      ["planted-key-ada", of("ada")],
      ["planted-key-bob", of("bob")],
      ["planted-key-eve", []],
      // The gateway's own key sees what was made without a key, and what nobody here made.
      ["planted-own", [...of("open"), ...unknown]],
    ] as const
  ) {
    const headers = { "x-goog-api-key": key };
    for (const size of [1, 2, 5, 20]) {
      const found: (readonly string[])[] = [];
      let token: string | undefined = "";
      while (token !== undefined) {
        const page: Page = await list(gateway, { pageSize: size, ...tokenOf(token) }, headers);
        found.push(page.names);
        token = page.token;
      }
      assert.deepEqual(found.flat(), names, key);
      assert.ok(found.length === 1 || found.every(({ length }) => length > 0), key);
    }
  }
  // A token is good for its own caller only.
  const { token = "" } = await list(gateway, { pageSize: 1 }, {
    "x-goog-api-key": "planted-key-bob",
  });
  for (const [key, status] of [["planted-key-bob", 200], ["planted-key-ada", 400]] as const) {
    const page = await list(gateway, { pageToken: token }, { "x-goog-api-key": key });
    assert.equal(page.status, status);
  }
});

Deno.test("Without an account that has files, the error is that of any other call", async () => {
  await using at = await startProjects();
  const gateway = await at.gateway({ accounts: [] });
  const { status, error } = await list(gateway);
  assert.deepEqual([status, error?.status], [400, "FAILED_PRECONDITION"]);
  assert.match(error?.message ?? "", /pollux accounts add/);
});
