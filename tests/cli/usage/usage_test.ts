/** What `pollux usage` shows of the calls of a gateway. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call } from "../../support/gemini_call.ts";

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
  assert.match(await pollux(["usage", "--key", "nobody"]), /^No usage /);
  assert.match(await pollux(["usage", "--until", "2h"]), /^No usage /);
});
