/** The tools of a chat, and the choice between them. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import { GEMINI_3, nativeOf, refusedField } from "./chat_calls.ts";

const PARAMETERS = { type: "object", properties: { city: { type: "string" } } };
const TOOL = {
  type: "function",
  function: { name: "weather", description: "d", parameters: PARAMETERS, strict: true },
};
const DECLARATION = { name: "weather", description: "d", parametersJsonSchema: PARAMETERS };

function toolsOf(body: JsonObject): unknown {
  return nativeOf(body).tools;
}

function choiceOf(body: JsonObject): unknown {
  return nativeOf({ tools: [TOOL], ...body }).toolConfig;
}

Deno.test("Functions are one tool, with their schemas as they are", () => {
  const other = { type: "function", function: { name: "other" } };
  assert.deepEqual(toolsOf({ tools: [TOOL, other] }), [
    { functionDeclarations: [DECLARATION, { name: "other" }] },
  ]);
  assert.deepEqual(
    toolsOf({ functions: [{ name: "weather", description: "d", parameters: PARAMETERS }] }),
    [{ functionDeclarations: [DECLARATION] }],
  );
  assert.equal(toolsOf({ tools: [] }), undefined);
});

Deno.test("tool_choice has the mode that the client chose", () => {
  const config = (mode: string, names?: string[]) => ({
    functionCallingConfig: { mode, ...(names ? { allowedFunctionNames: names } : {}) },
  });
  const named = { type: "function", function: { name: "weather" } };
  const cases: readonly (readonly [choice: unknown, config: unknown])[] = [
    [undefined, undefined],
    ["auto", config("AUTO")],
    ["none", config("NONE")],
    ["required", config("ANY")],
    [named, config("ANY", ["weather"])],
    [
      { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [named] } },
      config("VALIDATED", ["weather"]),
    ],
    [
      { type: "allowed_tools", allowed_tools: { mode: "required", tools: [named] } },
      config("ANY", ["weather"]),
    ],
  ];
  for (const [choice, expected] of cases) {
    assert.deepEqual(choiceOf({ tool_choice: choice }), expected, JSON.stringify(choice));
  }
  assert.deepEqual(choiceOf({ function_call: { name: "weather" } }), config("ANY", ["weather"]));
  assert.deepEqual(choiceOf({ function_call: "none" }), config("NONE"));
});

Deno.test("Google's own tools have each a tool of their own", () => {
  const cases: readonly (readonly [tool: JsonObject, native: JsonObject])[] = [
    [{ type: "web_search" }, { googleSearch: {} }],
    [{ type: "web_search_preview" }, { googleSearch: {} }],
    [{ type: "web_search_preview_2025_03_11" }, { googleSearch: {} }],
    [{ type: "google_search" }, { googleSearch: {} }],
    [{ googleSearch: { timeRangeFilter: {} } }, { googleSearch: { timeRangeFilter: {} } }],
    [{ google_search: {} }, { googleSearch: {} }],
    [{ type: "code_interpreter", container: { type: "auto" } }, { codeExecution: {} }],
    [{ type: "url_context" }, { urlContext: {} }],
    [{ urlContext: {} }, { urlContext: {} }],
    [{ google_maps: {} }, { googleMaps: {} }],
  ];
  for (const [tool, native] of cases) {
    assert.deepEqual(toolsOf({ tools: [tool] }), [native], JSON.stringify(tool));
  }
});

Deno.test("Gemini 3 mixes functions and Google's tools; models before it get the functions", () => {
  const tools = [TOOL, { type: "web_search" }];
  const mixed = nativeOf({ model: GEMINI_3, tools });
  assert.deepEqual(mixed.tools, [{ functionDeclarations: [DECLARATION] }, { googleSearch: {} }]);
  assert.deepEqual(mixed.toolConfig, { includeServerSideToolInvocations: true });
  const before = nativeOf({ tools });
  assert.deepEqual(before.tools, [{ functionDeclarations: [DECLARATION] }]);
  assert.equal(before.toolConfig, undefined);
});

Deno.test("A tool or a choice that Gemini does not have is refused by its name", () => {
  const cases: readonly (readonly [body: JsonObject, field: string])[] = [
    [{ tools: ["f"] }, "tools[0]"],
    [{ tools: [{ type: "function" }] }, "tools[0].function"],
    [{ tools: [{ type: "function", function: {} }] }, "tools[0].function.name"],
    [{ tools: [{ type: "computer_use" }] }, "tools[0].type"],
    [{ tools: [{}] }, "tools[0].type"],
    [{ tools: [{ type: "custom", custom: { name: "f" } }] }, "tools[0].custom"],
    [
      { tools: [{ type: "function", function: { name: "f", parameters: "x" } }] },
      "tools[0].function.parameters",
    ],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ tools: [TOOL], tool_choice: "always" }, "tool_choice"],
    [{ tools: [TOOL], tool_choice: { type: "custom", custom: { name: "f" } } }, "tool_choice"],
  ];
  for (const [body, field] of cases) {
    assert.equal(refusedField(body), field, JSON.stringify(body));
  }
});
