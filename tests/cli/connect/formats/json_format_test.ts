import assert from "node:assert/strict";
import {
  withRawSettings,
  withSettings,
} from "../../../../src/cli/connect/formats/change_settings.ts";
import { JSON_FORMAT } from "../../../../src/cli/connect/formats/json_format.ts";
import { NotUnderstood } from "../../../../src/cli/connect/formats/settings_format.ts";
import { assertLinear } from "../../../support/assert_linear.ts";

const SETTINGS = [
  { path: ["env", "URL"], value: "http://h" },
  { path: ["env", "KEY"], value: 'a"b' },
];

function changed(text: string): string {
  return withSettings(text, { format: JSON_FORMAT, settings: SETTINGS });
}

const ADDED = `{
  "env": {
    "URL": "http://h",
    "KEY": "a\\"b"
  }
}`;

/** A text, and what it becomes. */
const CHANGES: readonly (readonly [name: string, before: string, after: string])[] = [
  ["an empty file", "", `${ADDED}\n`],
  ["nothing but a comment", "// mine\n", `// mine\n${ADDED}\n`],
  ["a comment without a line end", "// mine", `// mine\n${ADDED}\n`],
  ["an empty object", "{}", ADDED],
  ["an empty object in lines", "{\n}\n", `${ADDED}\n`],
  [
    "other members",
    `{\n  "a": 1\n}\n`,
    `{\n  "a": 1,\n  "env": {\n    "URL": "http://h",\n    "KEY": "a\\"b"\n  }\n}\n`,
  ],
  [
    "the same names with other values",
    `{ "env": { "URL": 7, "KEY": {"x": 1}, "z": 0 } }`,
    `{ "env": { "URL": "http://h", "KEY": "a\\"b", "z": 0 } }`,
  ],
  ["one line", `{"env":{"z":0}}`, `{"env":{"z":0, "URL": "http://h", "KEY": "a\\"b"}}`],
  [
    "tabs, comments and a comma at the end",
    `{\n\t// top\n\t"env": {\n\t\t"z": 0, // why\n\t},\n}`,
    `{\n\t// top\n\t"env": {\n\t\t"z": 0, // why\n\t\t"URL": "http://h",\n\t\t"KEY": "a\\"b",\n\t},\n}`,
  ],
  [
    "a comment behind the last member",
    `{\n    "a": 1 // one\n    /* end */\n}`,
    `{\n    "a": 1, // one\n    /* end */\n    "env": {\n        "URL": "http://h",\n        "KEY": "a\\"b"\n    }\n}`,
  ],
  [
    "carriage returns",
    `{\r\n  "a": 1\r\n}\r\n`,
    `{\r\n  "a": 1,\r\n  "env": {\r\n    "URL": "http://h",\r\n    "KEY": "a\\"b"\r\n  }\r\n}\r\n`,
  ],
];

for (const [name, before, after] of CHANGES) {
  Deno.test(`JSON_FORMAT changes its own settings alone: ${name}`, () => {
    assert.equal(changed(before), after);
    assert.equal(changed(after), after);
  });
}

/** A text that is refused, and why. */
const REFUSED: readonly (readonly [text: string, why: RegExp])[] = [
  [`{"a": }`, /not valid JSON, at line 1/],
  [`{\n"a": 1`, /not valid JSON/],
  ["{ /*", /not valid JSON/],
  [`{"a": "\\`, /not valid JSON/],
  [`{"a": 1} x`, /not valid JSON/],
  [`{'a': 1}`, /not valid JSON/],
  ["[]", /not a JSON object/],
  ['"text"', /not a JSON object/],
  [`{"env": "text"}`, /form that Pollux does not change|not an object/],
  [`{"env": null}`, /not an object/],
  [`{"env": [1]}`, /form that Pollux does not change|not an object/],
  [`{"env": {}, "env": {}}`, /"env" more than once/],
  [`{"env": {"URL": 1, "\\u0055RL": 2}}`, /"env.URL" more than once/],
  [`{"x": ${"[".repeat(5000)}${"]".repeat(5000)}}`, /too deep/],
];

for (const [text, why] of REFUSED) {
  Deno.test(`JSON_FORMAT refuses ${text.slice(0, 40).replaceAll("\n", " ")}`, () => {
    assert.throws(() => changed(text), (error) => {
      assert.ok(error instanceof NotUnderstood);
      assert.match(error.message, why);
      return true;
    });
  });
}

Deno.test("JSON_FORMAT takes back a setting and the objects that are empty then, but no comment", () => {
  const settings = SETTINGS.map(({ path }) => ({ path, raw: undefined, kept: 0 }));
  const undone = (text: string) => withRawSettings(text, { format: JSON_FORMAT, settings });
  assert.equal(undone(changed(`{\n  "a": 1\n}\n`)), `{\n  "a": 1\n}\n`);
  assert.equal(
    undone(`{\n  "env": {\n    "URL": 1, // mine\n    "KEY": 2\n  },\n  "b": 2\n}\n`),
    `{\n  "env": {\n     // mine\n  },\n  "b": 2\n}\n`,
  );
  assert.equal(undone(`{"env":{"URL":1,"KEY":2},"b":2}`), `{"b":2}`);
  assert.equal(undone(`{"b":2,"env":{"KEY":2,"x":0}}`), `{"b":2,"env":{"x":0}}`);
});

Deno.test("JSON_FORMAT reads a long file in time that grows with its length", () => {
  assertLinear({
    from: 4000,
    make: (length) =>
      `{${" ".repeat(length)}"a": "${"x".repeat(length)}" /*${"*".repeat(length)}*/}`,
    work: changed,
  });
});

Deno.test("JSON_FORMAT leaves an object that may not go, though it is empty then", () => {
  const settings = SETTINGS.map(({ path }) => ({ path, raw: undefined, kept: 1 }));
  for (
    const text of [`{"env":{}}`, `{ "env" : { } , "b": 2}`, `{"env":{\n}}`, `{"b":2,"env":{}}`]
  ) {
    const undone = withRawSettings(changed(text), { format: JSON_FORMAT, settings });
    assert.deepEqual(JSON.parse(undone), JSON.parse(text));
  }
});
