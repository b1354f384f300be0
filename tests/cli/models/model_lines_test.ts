/** How `pollux models` puts the catalogue into words. @module */
import assert from "node:assert/strict";
import { modelLines } from "../../../src/cli/models/model_lines.ts";

const NOW = Date.parse("2026-07-04T12:00:00Z");

Deno.test("modelLines() shows each model with who offers what, and the age of each list", () => {
  const methods = ["generateContent", "countTokens"];
  const lines = modelLines({
    models: [
      {
        model: "gemini-x",
        displayName: "Gemini X",
        methods,
        offers: [
          { accounts: ["home", "work"], methods },
          { accounts: ["a", "b", "c", "d", "e", "f"], methods: ["countTokens"] },
        ],
      },
      {
        model: "imagen",
        displayName: "imagen",
        methods: [],
        offers: [{ accounts: ["a"], methods: [] }],
      },
      { model: "odd", displayName: "Odd\n\x1b[2J", offers: [{ accounts: ["a"] }] },
      {
        model: "fast",
        displayName: "Gemini X",
        aliasOf: "gemini-x",
        methods,
        offers: [{ accounts: ["home"], methods }],
      },
    ],
    lists: [
      { account: "home", kind: "vertex", models: 3, listed: "2026-07-04T11:57:00.000Z" },
      { account: "work", kind: "gemini-api", models: 2, why: "Overloaded\nnow" },
      { account: "a", kind: "code-assist", why: "The token is revoked" },
    ],
  }, NOW);
  assert.deepEqual(lines, [
    "MODEL                     NAME      ACCOUNTS               METHODS",
    "gemini-x                  Gemini X  home, work             generateContent, countTokens",
    "                                    a, b, c, d and 2 more  countTokens",
    "imagen                              a                      none that Pollux serves",
    "odd                       Odd [2J   a                      not stated",
    "fast (alias of gemini-x)  Gemini X  home                   generateContent, countTokens",
    "",
    "ACCOUNT  KIND         MODELS  LISTED            WHY",
    "home     vertex       3       3 minutes ago",
    "work     gemini-api   2       before the start  Overloaded now",
    "a        code-assist          not yet           The token is revoked",
  ]);
});

Deno.test("modelLines() says what to do where there is no account, or no list", () => {
  const [line, ...more] = modelLines({ models: [], lists: [] }, NOW);
  assert.match(line ?? "", /^No account is in use.*pollux accounts add/);
  assert.deepEqual(more, []);
  const lists = [{ account: "a", kind: "gemini-api", why: "Refused" }] as const;
  assert.deepEqual(modelLines({ models: [], lists }, NOW), [
    "No account has listed a model",
    "",
    "ACCOUNT  KIND        LISTED   WHY",
    "a        gemini-api  not yet  Refused",
  ]);
});
