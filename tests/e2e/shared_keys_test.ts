/** Client keys of gateways on one shared store. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { call } from "../support/gemini_call.ts";
import { leaveOut } from "../support/left_out.ts";
import { runPollux } from "../support/pollux_process.ts";
import { prepareKvServer } from "../support/prepare_kv_server.ts";
import { SharedStore } from "../support/shared_store.ts";
import { until } from "../support/until.ts";

const { path: program, missing } = await prepareKvServer();
if (missing !== undefined) leaveOut("client keys in a shared store", { reason: missing });

Deno.test({
  name:
    "Changes of keys reach every gateway on a shared store, and keys open it while the store is gone",
  ignore: program === undefined,
  async fn() {
    if (program === undefined) return;
    await using shared = await SharedStore.start(program);
    await using emulator = await startEmulator();
    const words = ["add", "gemini-api", "one", "--key-env", "KEY", "--base-url", emulator.url];
    const added = await shared.accounts(words, { KEY: emulator.addApiKey("one") });
    assert.equal(added.code, 0, added.stderr);
    await using first = await shared.gateway();
    await using second = await shared.gateway();
    const gateways = [first, second];
    async function statusOf(url: string, key: string): Promise<number> {
      const response = await call(url, { headers: key === "" ? {} : { "x-goog-api-key": key } });
      await response.body?.cancel();
      return response.status;
    }
    async function allGet(key: string, status: number): Promise<void> {
      for (const { url } of gateways) {
        const what = `${status} from ${url}`;
        await until(async () => await statusOf(url, key) === status, { what });
      }
    }
    /** Runs the command on a machine of its own. */
    async function keys(...words: readonly string[]) {
      const done = await runPollux(["keys", ...words, "--json"], shared.machine());
      assert.equal(done.code, 0, done.stderr);
      return JSON.parse(done.stdout);
    }
    await allGet("", 200);
    const { key } = await keys("create", "ada");
    await allGet(key, 200);
    await allGet("", 401);
    await keys("disable", "ada");
    await allGet(key, 401);
    const rotated = await keys("rotate", "ada", "--grace", "0");
    await keys("enable", "ada");
    await allGet(rotated.key, 200);
    await allGet(key, 401);
    // Any machine sees the changes of all.
    const audit = await runPollux(["audit", "--json", "--limit", "4"], shared.machine());
    assert.equal(audit.code, 0, audit.stderr);
    const entries: readonly { readonly action: string }[] = JSON.parse(audit.stdout);
    assert.deepEqual(entries.map(({ action }) => action), [
      ...["keys.enable", "keys.rotate", "keys.disable", "keys.create"],
    ]);
    await shared.server.kill();
    for (const { url } of gateways) {
      assert.equal(await statusOf(url, rotated.key), 200);
      assert.equal(await statusOf(url, ""), 401);
    }
    await shared.startServer();
    await keys("remove", "ada", "--yes");
    await allGet(rotated.key, 401);
  },
});
