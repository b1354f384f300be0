/** Bodies in Vertex AI's form, as the Gemini API accepts them. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { nativeCount, nativeEmbed } from "../../../src/upstream/gemini_api/vertex_body.ts";

function rewritten(rewrite: typeof nativeCount, body: string): string {
  const request = parseNativeRequest(new TextEncoder().encode(body));
  return new TextDecoder().decode(rewrite(request, "m").bytes);
}

const CONTENTS = '"contents":[{"role":"user","parts":[{"text":"é"}]}]';

Deno.test("nativeCount() puts what Vertex AI has at the top level into a generateContentRequest", () => {
  const rows = [
    [
      `{${CONTENTS}, "systemInstruction":{"parts":[{"text":"s"}]}}`,
      `{"generateContentRequest":{"model":"models/m",${CONTENTS}, "systemInstruction":{"parts":[{"text":"s"}]}}}`,
    ],
    [
      ` {"model":"models/m","tools":[],"x":1.0}`,
      ` {"generateContentRequest":{"model":"models/m","tools":[],"x":1.0}}`,
    ],
    [
      `{"system_instruction":"s"} `,
      `{"generateContentRequest":{"model":"models/m","system_instruction":"s"}} `,
    ],
    [
      '{"generation_config":{}}',
      '{"generateContentRequest":{"model":"models/m","generation_config":{}}}',
    ],
  ] as const;
  for (const [body, expected] of rows) assert.equal(rewritten(nativeCount, body), expected, body);
});

Deno.test("nativeCount() leaves the Gemini API's own form as it is", () => {
  const bodies = [
    `{${CONTENTS}}`,
    "{}",
    `{"model":"models/m",${CONTENTS}}`,
    `{"generateContentRequest":{"model":"models/m",${CONTENTS},"tools":[]}}`,
    `{"generate_content_request":{},"tools":[]}`,
  ];
  for (const body of bodies) assert.equal(rewritten(nativeCount, body), body);
});

Deno.test("nativeEmbed() replaces an embedContentConfig by its members, and names the model", () => {
  const rows = [
    [
      '{"content":{}, "embedContentConfig" : { "taskType":"CLUSTERING","title":"t" } }',
      '{"content":{}, "model":"models/m", "taskType":"CLUSTERING","title":"t"  }',
    ],
    ['{"embed_content_config":{"autoTruncate":true}}', '{"model":"models/m","autoTruncate":true}'],
    ['{"embedContentConfig":{ },"content":{}}', '{"model":"models/m","content":{}}'],
    ['{"model":"models/m","embedContentConfig":{}}', '{"model":"models/m"}'],
    [
      '{"model":"models/m","embedContentConfig":{"more":1}}',
      '{"model":"models/m","more":1}',
    ],
    [
      '{"requests":[{"content":{}},{"content":{},"embedContentConfig":{"title":"t"}},{},3]}',
      '{"requests":[{"model":"models/m","content":{}},' +
      '{"content":{},"model":"models/m","title":"t"},{"model":"models/m"},3]}',
    ],
    [
      '{"requests":[{"embedContentConfig":{}},{"model":"models/m","content":{}}]}',
      '{"requests":[{"model":"models/m"},{"model":"models/m","content":{}}]}',
    ],
  ] as const;
  for (const [body, expected] of rows) assert.equal(rewritten(nativeEmbed, body), expected, body);
});

Deno.test("nativeEmbed() leaves the Gemini API's own form as it is", () => {
  const bodies = [
    '{"content":{"parts":[{"text":"t"}]},"taskType":"CLUSTERING"}',
    '{"requests":[{"model":"models/m","content":{},"title":"t"}]}',
    '{"requests":[]}',
    '{"embedContentConfig":null}',
    "{}",
  ];
  for (const body of bodies) assert.equal(rewritten(nativeEmbed, body), body);
});

Deno.test("nativeEmbed() gives JSON with the same settings, whatever the requests hold", () => {
  const config = fc.record(
    { taskType: fc.string(), title: fc.string(), other: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const request = fc.record(
    { model: fc.constant("models/m"), content: fc.jsonValue(), embedContentConfig: config },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(fc.array(request), (requests) => {
    const json = JSON.parse(rewritten(nativeEmbed, JSON.stringify({ requests })));
    const expected = requests.map(({ embedContentConfig, ...rest }) => ({
      model: "models/m",
      ...rest,
      ...embedContentConfig,
    }));
    assert.deepEqual(json.requests, JSON.parse(JSON.stringify(expected)));
  }));
});
