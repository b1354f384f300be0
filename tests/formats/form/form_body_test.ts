/** Forms as clients send them, and bodies that are none. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8Bytes, utf8Text } from "../../../src/base/text/text.ts";
import { joinBytes } from "../../../src/base/join_bytes.ts";
import { type FormBody, readForm } from "../../../src/formats/form/form_body.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

const TYPE = "multipart/form-data; boundary=b";

/** A form's body: each part is its headers and its content. */
function bodyOf(...parts: readonly (readonly [string, string])[]): Uint8Array {
  const text = parts.map(([head, content]) => `--b\r\n${head}\r\n\r\n${content}\r\n`).join("");
  return utf8Bytes(`${text}--b--\r\n`);
}

function read(head: string, content = "x"): FormBody {
  return readForm(bodyOf([head, content]), TYPE);
}

Deno.test("readForm() reads fields and files in their order", () => {
  const form = readForm(
    bodyOf(
      ['Content-Disposition: form-data; name="model"', "m"],
      [
        'Content-Disposition: form-data; name="image[]"; filename="a b.png"\r\nContent-Type: image/PNG; x=1',
        "\r\n--a\r\n",
      ],
      [
        "content-disposition:form-data;name=prompt\r\nContent-Type: text/plain; charset=utf-8",
        "zwölf\r\n",
      ],
    ),
    TYPE,
  );
  assert.deepEqual(form.fields, [["model", "m"], ["prompt", "zwölf\r\n"]]);
  const [file, ...more] = form.files;
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...file, bytes: utf8Text(file?.bytes ?? new Uint8Array()) },
    { field: "image[]", name: "a b.png", type: "image/png", bytes: "\r\n--a\r\n" },
  );
});

Deno.test("readForm() reads the names of fields and files as browsers and curl write them", () => {
  const names: readonly (readonly [string, string, string | undefined])[] = [
    ['form-data; name="a%22b"', 'a"b', undefined],
    ['form-data; name="a\\"b"; filename="c\\\\d"', 'a"b', "c\\d"],
    ['Form-Data; filename="x;y"; name="n"', "n", "x;y"],
    ["form-data; name=n; filename*=UTF-8''a%20b", "n", "UTF-8''a%20b"],
    ['form-data; name="n"; filename=""', "n", ""],
  ];
  for (const [value, field, file] of names) {
    const { fields, files } = read(`Content-Disposition: ${value}`);
    assert.equal(fields[0]?.[0] ?? files[0]?.field, field, value);
    assert.equal(files[0]?.name, file, value);
  }
});

Deno.test("readForm() skips text before the form, and blanks after a delimiter", () => {
  const body = 'before\r\n--b \t\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n--b--after';
  assert.deepEqual(readForm(utf8Bytes(body), 'multipart/form-data; boundary="b"').fields, [[
    "n",
    "",
  ]]);
  assert.deepEqual(readForm(utf8Bytes("--b--"), TYPE), { fields: [], files: [] });
});

Deno.test("readForm() rejects what is no form, and says why", () => {
  const valid = bodyOf(['Content-Disposition: form-data; name="n"', "x"]);
  const cases: readonly (readonly [Uint8Array, string, RegExp])[] = [
    [valid, "application/json", /multipart\/form-data/],
    [valid, "multipart/form-data", /names no boundary/],
    [valid, `multipart/form-data; boundary=${"b".repeat(71)}`, /occur|boundary/],
    [valid, "multipart/form-data; boundary=c", /does not occur/],
    [valid.subarray(0, -7), TYPE, /ends before its last delimiter/],
    [new Uint8Array(), TYPE, /does not occur/],
    [utf8Bytes("--b\r\n\r\nx\r\n--b--"), TYPE, /names its field/],
    [bodyOf(["Content-Type: text/plain", "x"]), TYPE, /names its field/],
    [bodyOf(['Content-Disposition: attachment; name="n"', "x"]), TYPE, /names its field/],
    [bodyOf([`${"x".repeat(9000)}: y`, "x"]), TYPE, /longer ones than/],
    [utf8Bytes("--bc\r\n\r\n\r\n--b--"), TYPE, /not followed by a line end/],
    [
      bodyOf([
        'Content-Disposition: form-data; name="n"\r\nContent-Transfer-Encoding: base64',
        "x",
      ]),
      TYPE,
      /Content-Transfer-Encoding/,
    ],
    [
      bodyOf(...Array(257).fill(['Content-Disposition: form-data; name="n"', "x"])),
      TYPE,
      /more than 256 fields/,
    ],
    [
      bodyOf(['Content-Disposition: form-data; name="prompt"', "x".repeat(2 ** 20 + 1)]),
      TYPE,
      /"prompt" is longer/,
    ],
  ];
  for (const [bytes, type, message] of cases) {
    assert.throws(() => readForm(bytes, type), (error) => {
      assert.ok(error instanceof RpcError);
      assert.equal(error.code, 400);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("readForm() reads every form that the runtime writes", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
  const part = fc.oneof(
    fc.record({ name, text: fc.string({ unit: "grapheme" }) }),
    fc.record({
      name,
      bytes: fc.uint8Array({ maxLength: 200 }),
      file: name.filter((text) => !/[\\/]/.test(text)),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const form = new FormData();
      for (const item of parts) {
        if ("text" in item) form.append(item.name, item.text);
        else form.append(item.name, new Blob([item.bytes], { type: "audio/wav" }), item.file);
      }
      const response = new Response(form);
      const read = readForm(await response.bytes(), response.headers.get("content-type") ?? "");
      const normal = (text: string) => text.replace(/\r\n|\r|\n/g, "\r\n");
      assert.deepEqual(
        read.fields.map(([, text]) => normal(text)),
        parts.flatMap((item) => "text" in item ? [normal(item.text)] : []),
      );
      assert.deepEqual(
        read.files.map(({ bytes }) => [...bytes]),
        parts.flatMap((item) => "bytes" in item ? [[...item.bytes]] : []),
      );
    }),
    { numRuns: 100 },
  );
});

Deno.test("readForm() takes time in proportion to the body, whatever is in it", () => {
  const took = (unit: string, count: number) => {
    const bytes = joinBytes([
      utf8Bytes('--bb\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'),
      utf8Bytes(unit.repeat(count)),
      utf8Bytes("\r\n--bb--"),
    ]);
    const start = performance.now();
    assert.equal(readForm(bytes, "multipart/form-data; boundary=bb").files.length, 1);
    return performance.now() - start;
  };
  for (const unit of ["\r", "\r\n", "\r\n--", "\r\n--b"]) {
    const small = took(unit, 100_000);
    assert.ok(took(unit, 1_000_000) < 100 * small + 500, JSON.stringify(unit));
  }
  // As many bytes, with and without a CR in every place.
  const fastest = (unit: string, count: number) =>
    Math.min(...[1, 2, 3].map(() => took(unit, count)));
  assert.ok(fastest("\r", 3_000_000) < 3 * fastest("\r\n--b-", 500_000) + 20);
});
