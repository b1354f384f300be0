/** The audit log of a whole gateway: every door's changes, sign-ins, and what a kill leaves of them. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { handIn } from "../support/hand_in.ts";
import { planted } from "../support/planted.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";

/** Not planted, since commands find it in clear in the data folder. */
const ADMIN_KEY = "admin-key-of-this-gateway";

const entriesSchema = z.array(z.looseObject({
  door: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
}));

const settingsSchema = z.object({
  settings: z.array(z.looseObject({ name: z.string() })),
});

Deno.test("The audit log has every door's changes and the page's sign-ins, also after kill -9", async () => {
  using folder = tempFolder();
  const path = handIn(folder.path, { name: "config.yaml", text: "log: {level: info}\n" });
  const options = {
    dataDir: `${folder.path}/data`,
    env: { KEY: planted("api-key"), POLLUX_ADMIN_KEY: ADMIN_KEY },
  };
  async function pollux(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runPollux(words, options);
    assert.equal(code, 0, stderr);
    return stdout;
  }
  await pollux("accounts", "add", "gemini-api", "home", "--key-env", "KEY");
  await using gateway = await startGateway({ ...options, flags: ["--config", path] });

  async function send(
    verb: string,
    route: string,
    { headers = {}, json }: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly json?: unknown;
    } = {},
  ) {
    const response = await fetch(`${gateway.url}${route}`, {
      method: verb,
      headers: { ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  }
  const admin = { authorization: `Bearer ${ADMIN_KEY}` };

  // Of refused sign-ins, only a few are entered.
  for (let nth = 0; nth < 25; nth++) {
    const { status } = await send("POST", "/ui/session", { json: { code: `wrong-${nth}` } });
    assert.ok(status === 401 || status === 429, `${status}`);
  }
  const signedIn = await send("POST", "/ui/session", { json: { key: ADMIN_KEY } });
  assert.equal(signedIn.status, 200, signedIn.text);
  const page = {
    cookie: signedIn.headers.get("set-cookie")?.split(";")[0] ?? "",
    "x-pollux-token": z.object({ token: z.string() }).parse(JSON.parse(signedIn.text)).token,
  };
  const texts: string[] = [];
  for (const [name, headers] of Object.entries({ ada: admin, bob: page })) {
    const created = await send("POST", "/admin/v1/keys", { headers, json: { name } });
    assert.equal(created.status, 201, created.text);
    texts.push(z.object({ text: z.string() }).parse(JSON.parse(created.text)).text);
  }
  assert.equal((await send("DELETE", "/admin/v1/keys/bob", { headers: page })).status, 204);
  // What is refused changes nothing, and is not entered.
  assert.equal((await send("DELETE", "/admin/v1/keys/bob", { headers: page })).status, 404);
  assert.equal((await send("DELETE", "/admin/v1/keys/ada")).status, 401);
  await Deno.writeTextFile(path, "log: {level: debug}\nserver: {port: 1}\n");
  await gateway.logged(/in force: log\.level/);
  await pollux("accounts", "disable", "home");

  const config = await send("GET", "/admin/v1/config", { headers: admin });
  const { settings } = settingsSchema.parse(JSON.parse(config.text));
  const { value, origin } = settings.find(({ name }) => name === "log.level") ?? assert.fail();
  assert.deepEqual([value, origin], ["debug", { type: "file", words: `"${path}", line 1` }]);
  assert.ok(!config.text.includes(ADMIN_KEY));

  assert.equal((await send("DELETE", "/ui/session", { headers: page })).status, 204);
  let shown = "";
  // A sign-out is entered in the background.
  await until(async () => {
    shown = (await send("GET", "/admin/v1/audit", { headers: admin })).text;
    return shown.includes('"admin.sign-out"');
  }, { what: "The entry of the sign-out" });
  // An entry stands where its change does.
  await send("POST", "/admin/v1/keys/ada/disable", { headers: admin });
  gateway.signal("SIGKILL");
  await gateway.ended;

  const json = await pollux("audit", "--json");
  const entries = entriesSchema.parse(JSON.parse(json)).toReversed();
  const refused = entries.filter(({ action }) => action === "admin.sign-in.refused");
  assert.equal(refused.length, 10);
  const others = entries.filter((entry) => !refused.includes(entry));
  assert.deepEqual(
    others.map(({ door, action, subject, detail }) =>
      [door, action, subject, detail].filter((word) => word !== "").join(" ")
    ),
    [
      'command accounts.add home kind "gemini-api"',
      "page admin.sign-in with the admin key",
      "admin-api keys.create ada",
      "page keys.create bob",
      "page keys.remove bob",
      "configuration config.apply log.level",
      "command accounts.disable home",
      "page admin.sign-out",
      "admin-api keys.disable ada",
    ],
  );
  for (const secret of [ADMIN_KEY, page["x-pollux-token"], ...texts]) {
    assert.ok(!json.includes(secret) && !shown.includes(secret));
  }
});
