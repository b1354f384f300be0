/**
 * A real client works with nothing but what `pollux connect` wrote, and without it again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { runAs } from "../support/fake_terminal.ts";
import { leaveOut } from "../support/left_out.ts";
import { goPlaces } from "./documents/console_session.ts";
import { ReaderHome } from "./documents/reader_home.ts";
import { prepareClients } from "./prepare.ts";

/** A text without secrets in it, so that the home may hold it. */
const KEY = "a-key-for-gemini-cli";

const CALL = 'gemini --skip-trust -m gemini-2.5-flash -p "Hello, Pollux!"';

Deno.test("gemini-cli calls the gateway that pollux connect wrote into its settings", async () => {
  const clients = await prepareClients();
  if (clients.javascript === undefined) {
    leaveOut("gemini-cli, connected", { reason: "the client is not on this machine" });
    return;
  }
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey: KEY } },
  });
  await using home = await ReaderHome.open(clients, await goPlaces());
  await home.writeGeminiSettings("{}");
  const before = await Deno.readTextFile(`${home.path}/.gemini/settings.json`);
  const env = { HOME: home.path, POLLUX_DATA_DIR: `${home.path}/data`, KEY };
  const words = ["connect", "gemini-cli", "--url", gateway.url, "--key-env", "KEY", "--yes"];
  const connected = await runAs({ env }, words);
  assert.equal(connected.code, 0, connected.err);
  const { success, stdout, stderr } = await home.run("sh", CALL);
  assert.ok(success, stderr);
  assert.match(stdout, /You said: "Hello, Pollux!"/);

  assert.equal((await runAs({ env }, ["disconnect", "gemini-cli"])).code, 0);
  assert.equal(await Deno.readTextFile(`${home.path}/.gemini/settings.json`), before);
  assert.equal((await home.run("sh", CALL)).success, false);
});
