/** Who may go on with an upload. @module */
import assert from "node:assert/strict";
import type { Sealer } from "../../../src/base/stored/sealer.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { testSealer } from "../../support/test_sealer.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { begun, errorIn, fileIn, goOn, start } from "./upload_calls.ts";

const API_KEY = "planted-gateway-key";
const AUTH = { auth: { apiKey: API_KEY } };
const WITH_KEY = { "x-goog-api-key": API_KEY };
const LAST = { body: "hello" };

let keys = 0;

/** Asserts that an upload does not exist for whoever asks. */
async function assertUnknown(response: Response): Promise<void> {
  const { code, message } = await errorIn(response);
  assert.equal(code, 404, message);
  assert.match(message, /^This upload does not exist/);
}

/** Asserts that nothing but the beginnings of uploads reached upstream. */
function assertOnlyStarts({ emulator }: EmulatedGateway): void {
  for (const { query } of emulator.requests) assert.equal(query.get("upload_id"), null);
}

Deno.test("The address of an upload replaces a key, but a key that is sent must be valid", async () => {
  await using gateway = await startEmulatedGateway({ settings: AUTH });
  assert.equal((await errorIn(await start(gateway.url))).code, 401);
  const address = await begun(gateway.url, WITH_KEY);
  const headers = { "x-goog-api-key": "planted-wrong-key" };
  assert.equal((await errorIn(await goOn(address, "query", { headers }))).code, 401);
  assert.equal((await errorIn(await goOn(`${address}&key=planted-wrong`, "query"))).code, 401);
  await (await goOn(address, "query", { headers: WITH_KEY })).body?.cancel();
  assert.match(await fileIn(await goOn(address, "upload, finalize", LAST)), /^files/);
});

Deno.test("A token opens only its own upload, and clients cannot make or change one", async () => {
  await using gateway = await startEmulatedGateway({ settings: AUTH });
  const address = await begun(gateway.url, WITH_KEY);
  const token = new URL(address).searchParams.get("upload_id") ?? "";
  const end = token.at(-3) === "A" ? "B" : "A";
  const madeUp = `${token.slice(0, -3)}${end}${token.slice(-2)}`;
  for (const wrong of ["", "x", madeUp, `${token}A`, token.slice(0, -8), "v2.".repeat(5000)]) {
    const response = await goOn(address.replace(token, wrong), "upload, finalize", LAST);
    assert.equal((await errorIn(response)).code, 401, wrong.slice(0, 20));
    const withKey = { ...LAST, headers: WITH_KEY };
    await assertUnknown(await goOn(address.replace(token, wrong), "upload, finalize", withKey));
  }
  for (
    const path of ["/v1beta/models", "/v1beta/files/abc", "/download/v1beta/files/abc:download"]
  ) {
    const response = await fetch(`${gateway.url}${path}?upload_id=${token}`);
    assert.equal((await errorIn(response)).code, 401, path);
  }
  const elsewhere = address.replace("/files?", "/corpora?");
  await assertUnknown(await goOn(elsewhere, "upload, finalize", LAST));
  assertOnlyStarts(gateway);
});

Deno.test("A token is invalid once its upload is complete or cancelled", async () => {
  await using gateway = await startEmulatedGateway({ settings: AUTH });
  for (const command of ["upload, finalize", "cancel"]) {
    const address = await begun(gateway.url, WITH_KEY);
    await (await goOn(address, command, command === "cancel" ? {} : LAST)).text();
    const before = gateway.emulator.requests.length;
    // The last response of a complete one is repeated; see lost_response_test.ts.
    const others = command === "cancel" ? ["query", "upload, finalize", "cancel"] : ["cancel"];
    for (const again of others) {
      await assertUnknown(await goOn(address, again, { headers: WITH_KEY }));
    }
    assert.equal(gateway.emulator.requests.length, before);
  }
});

Deno.test("A token is invalid once its key is removed; one without a key, once the gateway requires a key", async () => {
  await using gateway = await startEmulatedGateway({ settings: AUTH });
  const address = await begun(gateway.url, WITH_KEY);
  const complete = await begun(gateway.url, WITH_KEY);
  await fileIn(await goOn(complete, "upload, finalize", LAST));
  await fileIn(await goOn(complete, "query"));
  gateway.apply({ auth: { apiKey: "planted-next-key" } });
  for (const old of [address, complete]) {
    assert.equal((await errorIn(await goOn(old, "query"))).code, 401);
    const headers = { "x-goog-api-key": "planted-next-key" };
    await assertUnknown(await goOn(old, "query", { headers }));
  }
  gateway.apply({});
  await assertUnknown(await goOn(address, "query"));
  const open = await begun(gateway.url, { "x-goog-api-key": "any" });
  await (await goOn(open, "query")).body?.cancel();
  const forwarded = { "x-forwarded-for": "192.0.2.1" };
  assert.equal((await errorIn(await goOn(open, "query", { headers: forwarded }))).code, 401);
  gateway.apply(AUTH);
  assert.equal((await errorIn(await goOn(open, "query"))).code, 401);
  await assertUnknown(await goOn(open, "query", { headers: WITH_KEY }));
});

Deno.test("An upload belongs to the client that began it", async () => {
  const ids = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);
  await using gateway = await startEmulatedGateway({
    settings: AUTH,
    clientKeys: clientKeysOf(ids),
  });
  const a = { "x-goog-api-key": "planted-client-a" };
  const address = await begun(gateway.url, a);
  await assertUnknown(await goOn(address, "query", { headers: WITH_KEY }));
  const b = { "x-goog-api-key": "planted-client-b" };
  await assertUnknown(await goOn(address, "query", { headers: b }));
  const name = await fileIn(await goOn(address, "upload, finalize", LAST));
  await assertUnknown(await goOn(address, "upload, finalize", { ...LAST, headers: b }));
  const read = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/v1beta/${name}`, { headers });
  assert.equal((await errorIn(await read(b))).code, 403);
  assert.equal((await (await read(a)).json()).name, name);
  const other = await begun(gateway.url, a);
  ids.delete("planted-client-a");
  assert.equal((await errorIn(await goOn(other, "query"))).code, 401);
});

Deno.test("An upload continues after a restart and at another gateway on the store, but not at others", async () => {
  const sealer = await testSealer();
  await using first = await startEmulatedGateway({ settings: AUTH, sealer });
  const address = await begun(first.url, WITH_KEY);
  await using second = await anotherGateway(first, sealer);
  await using stranger = await anotherGateway(first, await testSealer());
  const at = (url: string) => address.replace(first.url, url);
  assert.equal((await errorIn(await goOn(at(stranger.url), "query"))).code, 401);
  const name = await fileIn(await goOn(at(second.url), "upload, finalize", LAST));
  assert.equal(
    (await (await fetch(`${second.url}/v1beta/${name}`, { headers: WITH_KEY })).json()).name,
    name,
  );
});

/** A gateway with the same account, by another key of its project. */
function anotherGateway({ emulator }: EmulatedGateway, sealer: Sealer): Promise<TestGateway> {
  const project = emulator.projectOf("one");
  const key = emulator.addApiKey(`another ${keys++}`, { project });
  const accounts = [{ name: "one", baseUrls: [emulator.url], key }];
  return startTestGateway({ settings: AUTH, sealer, accounts });
}
