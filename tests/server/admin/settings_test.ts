/** What the admin API shows of the configuration, and of the audit log. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { CONFIG_KEYS } from "../../../src/config/config_keys.ts";
import {
  auditEntrySchema,
  type SettingInfo,
  settingSchema,
} from "../../../src/server/admin/schemas/setting_schema.ts";
import { startAdminGateway } from "../../support/admin_gateway.ts";
import { planted } from "../../support/planted.ts";

const NOTHING = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };

Deno.test("GET /admin/v1/config shows every setting and its source, and no secret", async () => {
  await using gateway = await startAdminGateway({
    variables: { POLLUX_AUTH_API_KEY: planted("key"), POLLUX_SERVER_DRAIN_TIMEOUT: "90" },
  });
  const json = await gateway.get("/config");
  const settings: readonly SettingInfo[] = z.strictObject({
    settings: z.array(settingSchema.strict()),
  }).parse(json).settings;
  assert.deepEqual(settings.map(({ name }) => name), CONFIG_KEYS.map(({ name }) => name));
  const found = (wanted: string) => settings.find(({ name }) => name === wanted);
  assert.equal(found("auth.api_key")?.value, "(set)");
  assert.equal(found("auth.api_key")?.origin.words, "POLLUX_AUTH_API_KEY");
  assert.equal(found("server.drain_timeout")?.value, "90s");
  assert.equal(found("server.public_url")?.value, null);
  const wrong = await gateway.ask("GET", "/config?name=x");
  assert.deepEqual([wrong.status, wrong.json.error.status], [400, "INVALID_ARGUMENT"]);
  assert.notEqual((await gateway.ask("POST", "/config", {})).status, 200);
});

Deno.test("GET /admin/v1/audit shows changes, newest first, page by page", async () => {
  await using gateway = await startAdminGateway({ accounts: ["one"] });
  for (const name of ["ada", "bob", "eve"]) {
    await gateway.keyBook.create({ ...NOTHING, name });
  }
  await new AccountBook(gateway.store.accounts, Date, { door: "page" }).disable("one");
  const { entries } = z.strictObject({ entries: z.array(auditEntrySchema.strict()) })
    .parse(await gateway.get("/audit"));
  assert.deepEqual(entries.map(({ door, action, subject }) => `${door} ${action} ${subject}`), [
    "page accounts.disable one",
    "command keys.create eve",
    "command keys.create bob",
    "command keys.create ada",
    "command accounts.add one",
  ]);
  const first = await gateway.get("/audit?limit=2");
  assert.deepEqual(first.entries, entries.slice(0, 2));
  const second = await gateway.get(`/audit?limit=2&before=${entries[1]?.id}`);
  assert.deepEqual(second.entries, entries.slice(2, 4));
  assert.deepEqual((await gateway.get(`/audit?before=${entries.at(-1)?.id}`)).entries, []);
  assert.deepEqual((await gateway.get("/audit?before=~")).entries, []);
  for (
    const query of ["limit=0", "limit=x", "limit=1001", "since=7d", `before=${"9".repeat(65)}`]
  ) {
    const { status, json } = await gateway.ask("GET", `/audit?${query}`);
    assert.deepEqual([status, json.error.status], [400, "INVALID_ARGUMENT"], query);
  }
});
