/** What `pollux usage` shows of the calls of a gateway. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call } from "../../support/gemini_call.ts";
import { runAs } from "../../support/fake_terminal.ts";
import { handIn } from "../../support/hand_in.ts";
import { within } from "../../support/deadline.ts";

const reportSchema = z.object({
  total: z.looseObject({ calls: z.number(), prompt: z.number(), output: z.number() }),
  lines: z.array(z.looseObject({ model: z.string(), calls: z.number() })),
});

Deno.test("usage shows, without a running gateway, what one counted that was stopped", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  async function pollux(words: readonly string[], env: Record<string, string> = {}) {
    const { code, stdout, stderr } = await runPollux(words, { ...options, env });
    assert.equal(code, 0, stderr);
    return stdout;
  }
  const env = { TEST_KEY: emulator.addApiKey("home") };
  const add = ["accounts", "add", "gemini-api", "home", "--key-env", "TEST_KEY"];
  await pollux([...add, "--base-url", emulator.url], env);
  assert.match(await pollux(["usage"]), /^No usage from .* UTC\n$/);
  const counted = { prompt: 0, output: 0 };
  {
    await using gateway = await startGateway(options);
    for (let nth = 0; nth < 5; nth++) {
      const response = await call(gateway.url, { text: `Say ${nth}` });
      assert.equal(response.status, 200);
      const { usageMetadata } = await response.json();
      counted.prompt += usageMetadata.promptTokenCount;
      counted.output += usageMetadata.candidatesTokenCount;
    }
    gateway.signal("SIGTERM");
    assert.equal((await gateway.ended).code, 0);
  }
  const json = reportSchema.parse(
    JSON.parse(await pollux(["usage", "--json", "--by", "model,account"])),
  );
  assert.ok(counted.prompt > 0);
  assert.deepEqual(
    { calls: json.total.calls, prompt: json.total.prompt, output: json.total.output },
    { calls: 5, ...counted },
  );
  assert.deepEqual(json.lines.map(({ calls, account }) => [calls, account]), [[5, "home"]]);
  const text = await pollux(["usage", "--by", "key,method", "--since", "1h"]);
  assert.match(text, /^Usage from .* UTC\nCalls: {2}5, 0 failed, /);
  assert.match(text, /^open +generateContent +5 /m);
  const csv = await pollux(["usage", "--csv", "--by", "day"]);
  assert.match(csv, /^day,calls,errors,.*\n\d{4}-\d\d-\d\d,5,0,/);
  const nobody = await runPollux(["usage", "--key", "nobody"], options);
  assert.deepEqual([nobody.code, nobody.stdout], [1, ""]);
  assert.match(nobody.stderr, /^Error: No key "nobody" is known, .*; "pollux keys list" /);
  assert.match(await pollux(["usage", "--key", "default"]), /^No usage /);
  assert.match(await pollux(["usage", "--until", "2h"]), /^No usage /);
  for (
    const [words, why] of [
      [["--since", "7d", "--until", "8d"], /--until must be after that of --since/],
      [["--since", "2020-01-01", "--until", "2020-01-01"], /--until must be after/],
      [["--since", "2999-01-01"], /--since must be before now/],
      [["--until", "40d"], /--since, which is 30 days ago unless/],
      [["--json", "--csv"], /cannot be used with/],
    ] as const
  ) {
    const { code, out, err } = await runAs({}, ["usage", ...words, "--data-dir", options.dataDir]);
    assert.deepEqual([code, out], [2, ""], words.join(" "));
    assert.match(err, why);
  }
});

/** A model without a known price. */
const UNLISTED = "gemini-embedding-2-preview";

const linesSchema = z.object({
  total: z.looseObject({ costUsd: z.number().nullable() }),
  lines: z.array(z.looseObject({
    key: z.string(),
    model: z.string(),
    prompt: z.number(),
    output: z.number(),
    costUsd: z.number().nullable(),
  })),
});

Deno.test("usage shows what calls cost at the configuration's prices, also at changed ones, and keys by their last names", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { TEST_KEY: emulator.addApiKey("home") } };
  const add = ["accounts", "add", "gemini-api", "home", "--key-env", "TEST_KEY"];
  assert.equal((await runPollux([...add, "--base-url", emulator.url], options)).code, 0);
  const pollux = async (...words: readonly string[]) => {
    const { code, out, err } = await runAs({}, [...words, "--data-dir", options.dataDir]);
    assert.equal(code, 0, err);
    return out;
  };
  const [ada = "", bob = ""] = await Promise.all(
    ["ada", "bob"].map(async (name) => (await pollux("keys", "create", name, "--key-only")).trim()),
  );
  const config = handIn(folder.path, {
    name: "config.yaml",
    text: "prices: {models: {gemini-2.5-pro: {input: 1000, output: 2000}}}\n",
  });
  const counted = new Map<string, { prompt: number; output: number }>();
  {
    await using gateway = await startGateway({ ...options, flags: ["--config", config] });
    const count = async (model: string, response: Response) => {
      const { usageMetadata } = await response.json();
      const { prompt, output } = counted.get(model) ?? { prompt: 0, output: 0 };
      counted.set(model, {
        prompt: prompt + usageMetadata.promptTokenCount,
        output: output + (usageMetadata.candidatesTokenCount ?? 0),
      });
    };
    const ask = async (key: string, model: string) =>
      await count(model, await call(gateway.url, { model, headers: { "x-goog-api-key": key } }));
    const embed = async (key: string) =>
      await count(
        UNLISTED,
        await fetch(`${gateway.url}/v1beta/models/${UNLISTED}:embedContent`, {
          method: "POST",
          headers: { "x-goog-api-key": key, "content-type": "application/json" },
          body: JSON.stringify({ content: { parts: [{ text: "One two" }] } }),
        }),
      );
    await ask(ada, "gemini-2.5-pro");
    await embed(bob);
    Deno.writeTextFileSync(
      config,
      "prices: {models: {gemini-2.5-flash: {input: 10000, output: 20000}}}\n",
    );
    await within(60_000, gateway.logged(/in force: prices\.models"/), { what: "The new prices" });
    await ask(ada, "gemini-2.5-flash");
    await embed(bob);
    await pollux("keys", "edit", "ada", "--name", "countess");
    await pollux("keys", "remove", "bob", "--yes");
    gateway.signal("SIGTERM");
    assert.equal((await gateway.ended).code, 0);
  }
  const { total, lines } = linesSchema.parse(
    JSON.parse(await pollux("usage", "--by", "key,model", "--json")),
  );
  const costOf = (model: string, usdPerMillion: number) => {
    const { prompt, output } = counted.get(model) ?? assert.fail();
    return Math.round(prompt * usdPerMillion + output * 2 * usdPerMillion) / 1e6;
  };
  const [pro, flash] = [costOf("gemini-2.5-pro", 1000), costOf("gemini-2.5-flash", 10_000)];
  assert.ok(pro > 0 && flash > 0);
  const byModel = (one: { model: string }, other: { model: string }) =>
    one.model < other.model ? -1 : 1;
  assert.deepEqual(
    lines.sort(byModel).map(({ key, model, prompt, output, costUsd }) =>
      [key, model, { prompt, output }, costUsd] as const
    ),
    [
      ["countess", "gemini-2.5-flash", counted.get("gemini-2.5-flash"), flash],
      ["countess", "gemini-2.5-pro", counted.get("gemini-2.5-pro"), pro],
      [
        "bob",
        UNLISTED,
        counted.get(UNLISTED),
        null,
      ],
    ],
  );
  assert.equal(total.costUsd, Math.round((pro + flash) * 1e6) / 1e6);
  const text = await pollux("usage", "--by", "key");
  assert.match(text, /^Cost: {3}\$\S+, estimated, prices of .*, and unknown for 2 calls, whose/m);
  assert.match(text, /^countess +2 .* \$\S+ +\d+ ms$/m);
  assert.match(text, /^bob +2 .* unknown +\d+ ms$/m);
  assert.match(await pollux("usage", "--key", "bob"), /^Calls: {2}2, /m);
});

Deno.test("usage takes times before now, dates and times in UTC, and refuses others", async () => {
  using folder = tempFolder();
  const ask = async (...words: readonly string[]) =>
    await runAs({}, ["usage", ...words, "--data-dir", `${folder.path}/data`]);
  async function sinceOf(text: string): Promise<string> {
    const { code, out, err } = await ask("--since", text, "--json");
    assert.equal(code, 0, err);
    return JSON.parse(out).since;
  }
  const times = {
    "2025-11-01": "2025-11-01T00:00:00.000Z",
    "2025-11-01T06": "2025-11-01T06:00:00.000Z",
    // An hour is not divided.
    "2025-11-01T06:59": "2025-11-01T06:00:00.000Z",
    "2025-11-01T06:59:59Z": "2025-11-01T06:00:00.000Z",
    "2024-02-29": "2024-02-29T00:00:00.000Z",
    "99999999w": "1970-01-01T00:00:00.000Z",
  };
  for (const [text, since] of Object.entries(times)) assert.equal(await sinceOf(text), since, text);
  const elsewhere = await runPollux(["usage", "--since", "2025-11-01T06:00", "--json"], {
    dataDir: `${folder.path}/data`,
    env: { TZ: "America/New_York" },
  });
  assert.equal(JSON.parse(elsewhere.stdout).since, "2025-11-01T06:00:00.000Z");
  for (const [text, hours] of [["90m", 1.5], ["12h", 12], ["7d", 168], ["2w", 336], ["1.5d", 36]]) {
    const agoMs = Date.now() - Date.parse(await sinceOf(String(text)));
    assert.ok(Math.abs(agoMs / 3_600_000 - Number(hours)) < 1.1, `${text}: ${agoMs}`);
  }
  for (
    const text of [
      ...["", "7", "d", "-7d", "7y", "yesterday", "2026-11", "2026-13-01", "2026-02-30"],
      ...["2026-11-01T25", "2026-11-01 06:00", "2026-11-01T06:00+01:00", "2026-11-01x", "1e9d"],
    ]
  ) {
    const { code, err } = await ask(`--since=${text}`);
    assert.equal(code, 2, text);
    assert.match(err, /--since <time> is wrong: It must be a time before now, as in "7d"/, text);
  }
  for (const by of ["", "keys", "key,", "key;model", "key,colour"]) {
    const { code, out, err } = await ask(`--by=${by}`);
    if (by === "key,") assert.match(out, /^No usage/);
    else {
      assert.equal(code, 2, by);
      assert.match(err, /one or more of key, account, model, method, day, hour/);
    }
  }
});
