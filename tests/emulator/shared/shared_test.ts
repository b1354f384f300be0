/** Tuned models, corpora, permissions and answers: what Google refuses. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call } from "../files/file_calls.ts";

const EXAMPLES = { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } };
const TUNED = { baseModel: "models/gemini-2.5-flash", tuningTask: EXAMPLES };
const contents = [{ parts: [{ text: "a" }] }];

type Step = readonly [verb: string, path: string, body: unknown, status: number, words?: RegExp];

/** Requests in order, on one project. */
const STEPS: readonly Step[] = [
  ["POST", "tunedModels", { ...TUNED, baseModel: "models/none" }, 404],
  ["POST", "tunedModels", { ...TUNED, baseModel: "gemini-2.5-flash" }, 404],
  ["POST", "tunedModels", { baseModel: TUNED.baseModel }, 400, /training_data/],
  ["POST", "tunedModels", { ...TUNED, x: 1 }, 400, /Unknown name/],
  ["POST", "tunedModels?tunedModelId=Bad", TUNED, 400, /Invalid id/],
  ["POST", "tunedModels?tunedModelId=good", TUNED, 200],
  ["POST", "tunedModels?tunedModelId=good", TUNED, 409],
  ["POST", "tunedModels?other=1", TUNED, 400],
  ["POST", "tunedModels/good:generateContent", { contents }, 400, /is not active/],
  ["PATCH", "tunedModels/good?updateMask=baseModel", { baseModel: "a" }, 400],
  ["POST", "tunedModels/good:transferOwnership", {}, 400, /email_address/],
  ["POST", "tunedModels/good/permissions", { role: "READER" }, 400],
  ["POST", "tunedModels/good/permissions", { granteeType: "NOBODY", role: "READER" }, 400],
  ["GET", "tunedModels/none", undefined, 403, /the TunedModel none or it may not exist/],
  ["GET", "tunedModels/good/permissions/none", undefined, 403],
  ["POST", "tunedModels", {
    tuningTask: EXAMPLES,
    tunedModelSource: { tunedModel: "tunedModels/no" },
  }, 403],
  ["POST", "corpora", { name: "corpora/Bad" }, 400],
  ["POST", "corpora", { name: "corpora/good" }, 200],
  ["POST", "corpora", { name: "corpora/good" }, 409],
  ["GET", "corpora/none", undefined, 403, /the Corpus none or it may not exist/],
  ["GET", "generatedFiles?pageSize=x", undefined, 400],
  ["POST", "models/aqa:generateAnswer", { contents }, 400, /answer_style/],
  [
    "POST",
    "models/aqa:generateAnswer",
    { contents, answerStyle: "VERBOSE" },
    400,
    /grounding_source/,
  ],
  ["POST", "models/gemini-2.5-flash:generateAnswer", {}, 404],
  [
    "POST",
    "models/aqa:generateAnswer",
    { contents, answerStyle: "VERBOSE", semanticRetriever: { source: "corpora/none" } },
    403,
  ],
  [
    "POST",
    "models/aqa:generateAnswer",
    {
      contents,
      answerStyle: "VERBOSE",
      inlinePassages: { passages: [{ id: "1", content: contents[0] }] },
    },
    200,
  ],
];

Deno.test("Tuned models, corpora and answers refuse what Google refuses", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  for (const [method, path, body, status, words = /./] of STEPS) {
    const what = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await call(caller, `/v1beta/${path}`, what);
    assert.equal(response.status, status, `${method} ${path}: ${response.text}`);
    assert.match(response.text, words);
  }
  // Nothing of it is another project's to see.
  const stranger = [emulator, emulator.addApiKey("b")] as const;
  for (const path of ["tunedModels/good", "corpora/good", "tunedModels/good/permissions"]) {
    assert.equal((await call(stranger, `/v1beta/${path}`)).status, 403, path);
  }
  assert.deepEqual((await call(stranger, "/v1beta/tunedModels")).json, {});
});
