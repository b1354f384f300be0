import assert from "node:assert/strict";
import { showFirstKey } from "../../../src/cli/serve/first_key.ts";
import { loadConfig } from "../../../src/config/load_config.ts";
import { formOf } from "../../../src/keys/key_text.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";

/** What `serve` says with these settings, to a user who is there or not. */
async function start(server: Record<string, unknown>, { isThere = true, apiKey = "" } = {}) {
  using store = await openStore({ memory: true });
  const env = (name: string) => name === "POLLUX_AUTH_API_KEY" && apiKey ? apiKey : undefined;
  const { config } = await loadConfig({ env, flags: { server } });
  const { terminal, out } = fakeTerminal(isThere ? { response: true } : {});
  await showFirstKey(config, store, terminal);
  const first = out.join("\n");
  await showFirstKey(config, store, terminal);
  assert.equal(out.join("\n"), first, "The second start makes no key");
  return { out: first, revision: await store.clientKeys.revision() };
}

Deno.test("serve makes one key at a terminal if others can reach it, and shows it with its address", async () => {
  const { out, revision } = await start({ host: "0.0.0.0" });
  assert.equal(formOf(/^ {2}(plx_\S+)$/m.exec(out)?.[1] ?? ""), "key");
  assert.match(out, /Give it to others with the address http:\/\/THIS-MACHINE:8045\./);
  assert.equal(revision, 1n);
  const named = await start({ host: "0.0.0.0", public_url: "https://gemini.example" });
  assert.match(named.out, /the address https:\/\/gemini\.example\./);
});

Deno.test("serve makes no key on loopback, or with a key; without a terminal it names the command", async () => {
  assert.deepEqual(await start({ host: "127.0.0.1" }), { out: "", revision: 0n });
  const apiKey = "planted-gateway-key";
  assert.deepEqual(await start({ host: "0.0.0.0" }, { apiKey }), { out: "", revision: 0n });
  await assert.rejects(start({ host: "0.0.0.0" }, { isThere: false }), {
    message: /server\.host is "0\.0\.0\.0".*Create one, as in: pollux keys create NAME$/,
  });
});
