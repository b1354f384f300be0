/**
 * Makes the fixture of a release: a data folder with all that it keeps, written by the release's own
 * executable, and what that executable says of it.
 *
 *     POLLUX_EXECUTABLE=dist/pollux deno run -A tests/e2e/upgrade/make_data_folder.ts 0.1.0
 *
 * Times in it lie a century ahead, so that the fixture does not expire.
 *
 * @module
 */
import { join } from "node:path";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call } from "../../support/gemini_call.ts";
import { RESPONSE, startTestUpstream } from "../../support/test_upstream.ts";
import {
  EXECUTABLE,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../../support/pollux_process.ts";
import {
  accountsOfConversations,
  CONVERSATIONS,
  RESTING_MODEL,
  upgradeFixture,
} from "./upgrade_fixture.ts";

const CENTURY_S = 3_153_600_000;

const CONFIG = `server:
  port: 0
  drain_timeout: 5s
routing:
  strategy: cache_first
  session_ttl: 36500d
models:
  aliases:
    fast: gemini-2.5-flash
`;

async function main(version: string): Promise<void> {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const config = join(folder.path, "config.yaml");
  Deno.writeTextFileSync(config, CONFIG);
  const options: PolluxOptions = { dataDir, flags: ["--config", config] };
  await using emulator = await startEmulator();
  await using google = startTestUpstream((request) =>
    request.url.includes(RESTING_MODEL) ? outOfQuota() : Response.json(RESPONSE)
  );

  for (const name of ["one", "two", "three"]) {
    await pollux(
      ["accounts", "add", "gemini-api", name, "--key-env", "KEY", "--base-url", google.url],
      { dataDir, env: { KEY: `key-of-${name}` } },
    );
  }
  const user = join(folder.path, "user.json");
  Deno.writeTextFileSync(user, JSON.stringify(emulator.addUser("work")));
  const service = join(folder.path, "service.json");
  Deno.writeTextFileSync(service, JSON.stringify(emulator.addServiceAccount("cloud")));
  const at = ["--base-url", emulator.url];
  await pollux(["accounts", "add", "code-assist", "work", "--credentials", user, "--yes", ...at], {
    dataDir,
  });
  await pollux(
    ["accounts", "add", "vertex", "cloud", "--credentials", service, "--location", "global", ...at],
    { dataDir },
  );
  const changes = ["--label", "team", "--weight", "2", "--deny", "*-image", "--proxy-env", "P"];
  await pollux(["accounts", "edit", "cloud", ...changes, "--priority", "-1"], {
    dataDir,
    env: { P: "http://user:password-of-proxy@127.0.0.1:9" },
  });
  await pollux(["accounts", "disable", "cloud"], { dataDir });
  await pollux(["accounts", "disable", "work"], { dataDir });

  await using gateway = await startGateway(options);
  const conversations = await accountsOfConversations(gateway.url, CONVERSATIONS);
  await (await call(gateway.url, { model: RESTING_MODEL })).text();
  gateway.signal("SIGTERM");
  await gateway.ended;

  const fixture = upgradeFixture(version);
  Deno.mkdirSync(fixture.path, { recursive: true });
  for (const name of ["pollux.db", "pollux.key"]) {
    Deno.copyFileSync(join(dataDir, name), join(fixture.path, name));
  }
  Deno.copyFileSync(config, join(fixture.path, "config.yaml"));
  const listed = await pollux(["accounts", "list", "--json"], { dataDir });
  const facts = { accounts: JSON.parse(listed), conversations };
  Deno.writeTextFileSync(
    join(fixture.path, "facts.json"),
    `${JSON.stringify(facts, undefined, 2)}\n`,
  );
}

function outOfQuota(): Response {
  const details = [{
    "@type": "type.googleapis.com/google.rpc.RetryInfo",
    "retryDelay": `${CENTURY_S}s`,
  }];
  const error = { code: 429, message: "Quota exceeded", status: "RESOURCE_EXHAUSTED", details };
  return Response.json({ error }, { status: 429 });
}

async function pollux(words: readonly string[], options: PolluxOptions): Promise<string> {
  const { code, stdout, stderr } = await runPollux(words, options);
  if (code !== 0) throw new Error(`Cannot run ${words.join(" ")}: ${stderr}`);
  return stdout;
}

const [version] = Deno.args;
if (version === undefined || EXECUTABLE === undefined) {
  console.error("Name a version, and its executable in POLLUX_EXECUTABLE");
  Deno.exit(2);
}
await main(version);
