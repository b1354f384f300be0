/** Every kind of upstream changes its own places of a body, and no other byte. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { currentTurn } from "../../src/signatures/function_turn.ts";
import { type NativeRequest, parseNativeRequest } from "../../src/gemini/native_request.ts";
import { Signatures } from "../../src/signatures/signatures.ts";
import { envelop } from "../../src/upstream/code_assist/code_assist_envelope.ts";
import { withModel } from "../../src/upstream/request/model_name.ts";
import { withoutSessionId } from "../../src/upstream/request/session_id.ts";
import { editSignatures } from "../../src/signatures/signature_edits.ts";
import { vertexCountRequest, vertexRequest } from "../../src/upstream/vertex/vertex_request.ts";
import { callOf } from "../support/upstream_call.ts";

const PLACEHOLDER = '"skip_thought_signature_validator"';

/** A text as it comes, and as it is to go on; places where both differ are edits. */
interface Text {
  readonly from: string;
  readonly to: string;
}

function same(text: string): Text {
  return { from: text, to: text };
}

function joined(texts: readonly Text[], between = ""): Text {
  return {
    from: texts.map(({ from }) => from).join(between),
    to: texts.map(({ to }) => to).join(between),
  };
}

const space = fc.constantFrom("", " ", "\n", "\t ", "\r\n  ");

/** Values that a parser and a writer would change. */
const value: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("12345678901234567890", "1.0", "-0", "1e400", "1E2", "0.10", "null", "true"),
  fc.constantFrom(
    '"\\u00e9"',
    '"\\/"',
    '"\\ud800"',
    '"é😀\u2028"',
    '"{\\"role\\":1}"',
    '"}],\\\\"',
  ),
  fc.constantFrom('{"a":1,"a":2}', '{ "2":0, "1":0 }', '{"__proto__":{}}', "[ 1 ,2]", "[[],{}]"),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
  fc.jsonValue().map((json) => JSON.stringify(json, null, 1)),
);

/** A member that nobody asks for, also one whose value holds names that are asked for elsewhere. */
const other: fc.Arbitrary<Text> = fc.tuple(
  fc.constantFrom('"x"', '"x"', '"labels"', '"rol\\u0065s"', '"Model"', '"é"', '""'),
  space,
  fc.oneof(value, fc.constantFrom('{"role":"","model":"m","sessionId":1}', '[{"contents":[{}]}]')),
).map(([name, gap, text]) => same(`${name}${gap}:${gap}${text}`));

/** An object of members in any order, with white space; `added` goes behind its brace. */
function object(
  members: fc.Arbitrary<readonly Text[]>,
  added: { readonly to: string } = { to: "" },
): fc.Arbitrary<Text> {
  return fc.tuple(members.chain(shuffled), space).map(([texts, gap]) => {
    const inside = joined(texts, `${gap},${gap}`);
    const comma = added.to !== "" && texts.length > 0 ? "," : "";
    return {
      from: `{${gap}${inside.from}${gap}}`,
      to: `{${added.to}${comma}${gap}${inside.to}${gap}}`,
    };
  });
}

function shuffled(texts: readonly Text[]): fc.Arbitrary<Text[]> {
  return fc.shuffledSubarray([...texts], { minLength: texts.length });
}

function array(items: fc.Arbitrary<Text>): fc.Arbitrary<Text> {
  return fc.tuple(fc.array(items, { maxLength: 4 }), space).map(([texts, gap]) =>
    joined([same(`[${gap}`), joined(texts, `${gap},`), same(`${gap}]`)])
  );
}

const others = fc.array(other, { maxLength: 3 });

function member(name: string, text: fc.Arbitrary<Text>): fc.Arbitrary<Text> {
  return fc.tuple(space, text).map(([gap, { from, to }]) => ({
    from: `"${name}"${gap}:${from}`,
    to: `"${name}"${gap}:${to}`,
  }));
}

/** Those of a list of members that are there, among others. */
function among(...members: readonly fc.Arbitrary<Text>[]): fc.Arbitrary<readonly Text[]> {
  return fc.tuple(fc.tuple(...members), others).map(([own, rest]) => [...own, ...rest]);
}

const USER = { to: '"role":"user"' };

const PARTS = member("parts", value.map(same));

/** A content of every kind that Vertex AI does not take as it is, and of some that it takes. */
const content: fc.Arbitrary<Text> = fc.oneof(
  object(among(PARTS), USER),
  object(others, USER),
  object(fc.constant([]), USER),
  object(among(PARTS, fc.constant(same('"role":"model"')))),
  object(among(PARTS, fc.constant(same('"role" : "tomorrow"')))),
  object(
    among(
      PARTS,
      fc.constantFrom('""', '"function"', "null", '"\\u0066unction"').map((role) => ({
        from: `"role": ${role}`,
        to: '"role": "user"',
      })),
    ),
  ),
  fc.constantFrom("null", "7", '"text"', "[{}]").map(same),
);

const contents = member("contents", fc.oneof(array(content), content.filter(isObject)));

function isObject({ from }: Text): boolean {
  return from.startsWith("{");
}

const body = object(among(contents));

function check(text: fc.Arbitrary<Text>, edited: (request: NativeRequest) => Uint8Array): void {
  fc.assert(
    fc.property(text, space, fc.nat(5), ({ from, to }, gap, offset) => {
      const bytes = new TextEncoder().encode(`${"_".repeat(offset)}${gap}${from}${gap}`);
      const request = parseNativeRequest(bytes.subarray(offset));
      const copy = request.source.slice();
      assert.equal(new TextDecoder().decode(edited(request)), `${gap}${to}${gap}`);
      assert.deepEqual(request.source, copy, "what came was changed");
    }),
    { numRuns: 1000 },
  );
}

Deno.test("vertexRequest() and vertexCountRequest() change missing roles, and no other byte", () => {
  check(body, vertexRequest);
  check(body, vertexCountRequest);
});

Deno.test("envelop() puts in what vertexRequest() makes", () => {
  check(body, (request) => {
    const text = new TextDecoder().decode(envelop({ ...callOf({}), request }, "p"));
    const at = text.indexOf(',"request":') + ',"request":'.length;
    return new TextEncoder().encode(text.slice(at, -1));
  });
});

Deno.test("withModel() changes names of other models, and no other byte", () => {
  const model = member(
    "model",
    fc.oneof(
      fc.constant(same('"models/m"')),
      fc.constantFrom('"fast"', "null", "5", '{"a":1}').map((from) => ({ from, to: '"models/m"' })),
    ),
  );
  const inner = fc.constantFrom("generateContentRequest", "generate_content_request")
    .chain((name) => member(name, object(among(PARTS, model))));
  check(
    fc.oneof(object(among(model)), object(among(inner)), object(among(model, inner, model))),
    (request) => withModel(request, "m"),
  );
});

Deno.test("withoutSessionId() leaves every byte of the other members", () => {
  fc.assert(fc.property(others, others, value, (before, after, id) => {
    const [rest, behind] = [before, after].map((texts) => texts.map(({ from }) => from));
    const from = `{${[...rest ?? [], `"session_id":${id}`, ...behind ?? []].join(",")}}`;
    const to = `{${[...rest ?? [], ...behind ?? []].join(",")}}`;
    const request = withoutSessionId(parseNativeRequest(new TextEncoder().encode(from)));
    assert.equal(new TextDecoder().decode(request.bytes), to);
  }));
});

/** Parts of a conversation that was refused: what is signed gets the placeholder. */
const part = fc.oneof(
  object(among(member("text", value.map(same)))),
  object(among(member("thoughtSignature", fc.constant({ from: '"a=="', to: PLACEHOLDER })))),
  object(among(member("thought_signature", fc.constant({ from: '"\\u0061"', to: PLACEHOLDER })))),
  fc.constantFrom("null", '"text"', "[]").map(same),
);

const signed = object(among(
  member("contents", array(object(among(member("parts", array(part)))))),
));

Deno.test("dressSignatures() changes signatures, and no other byte", () => {
  check(signed, (request) => {
    const signatures = new Signatures({ clock: { now: () => 0 }, ttlMs: 1000, capacity: 1000 });
    return editSignatures(request, { signatures, session: "s", origin: "x m", refused: true })
      .bytes;
  });
});

Deno.test("Edits of several kinds add up: signatures, roles, the id and the model", () => {
  const call = '{ "functionCall":{"name":"f","args":{"n":12345678901234567890,"x":1.0}} }';
  const text = `{"model":"fast", "sessionId":"s","contents":[{"parts":[{"text":"Hi"}]},` +
    `{"role":"model","parts":[${call},{"text":"a","thoughtSignature":"old"}]},` +
    `{"role":"function","parts":[{"functionResponse":{}}]}],"x":1.0,"x":2}`;
  const request = parseNativeRequest(new TextEncoder().encode(text));
  const signatures = new Signatures({ clock: { now: () => 0 }, ttlMs: 1000, capacity: 1000 });
  assert.equal(currentTurn(request.body, "s").calls, 1);
  const context = { signatures, session: "s", origin: "x m", refused: true };
  const bytes = vertexRequest(withoutSessionId(editSignatures(request, context)));
  assert.equal(
    new TextDecoder().decode(bytes),
    `{ "contents":[{"role":"user","parts":[{"text":"Hi"}]},` +
      `{"role":"model","parts":[${call.replace("{", `{"thoughtSignature":${PLACEHOLDER},`)},` +
      `{"text":"a","thoughtSignature":${PLACEHOLDER}}]},` +
      `{"role":"user","parts":[{"functionResponse":{}}]}],"x":1.0,"x":2}`,
  );
});
