/** What is taken out of words, in all its spellings, and what stays. @module */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { assertLinear } from "../../support/assert_linear.ts";
import { planted } from "../../support/planted.ts";
import { spentMs } from "../../support/spent_ms.ts";

const NOTHING_KNOWN = new Redaction();

function knowing(...secrets: string[]): Redaction {
  return new Redaction(secrets.map((secret) => ({ reveal: () => secret })));
}

const ADDRESSES: readonly (readonly [string, string])[] = [
  ["Permission denied for jane.doe+x@example.co.uk.", "Permission denied for ***."],
  ["a@b.c and d_e@f-g.io", "*** and ***"],
  ['{"user":"x@y.z"}', '{"user":"***"}'],
  ["price@once, @google/genai 3.1.0, user@host", "price@once, @google/genai 3.1.0, user@host"],
  ["no address", "no address"],
  ["https://a.example/?Email=ada%40b.example&x=1", "https://a.example/?Email=***&x=1"],
  ["ada@münchen.example is denied", "*** is denied"],
  ["ada@例え.テスト", "***"],
  ["ada@例え。テスト", "***"],
  ["аda@почта.рф, a", "***, a"],
  ["ünal@example.com", "***"],
  [String.raw`\a@b.c`, "***"],
  [String.raw`\n@b.c`, "***"],
  [String.raw`denied: a\@d@b.c`, "denied: ***"],
  ['"ada lovelace"@example.com', "***"],
  ['for "a@d a"@example.com;', "for ***;"],
  [String.raw`for \"ada l\"@example.com`, "for ***"],
  ["o'neil@example.com", "***"],
  ["'ada@example.com'", "'***'"],
  ["<ada@example.com>", "<***>"],
  ["mailto:ada@[192.168.0.1]", "mailto:***"],
  ["ada@[IPv6:fe80::1]", "***"],
  [String.raw`ada\u0040example.com`, "***"],
  [String.raw`ada\\u0040example\\u002ecom`, "***"],
  [String.raw`\u0061da@example.com`, "***"],
  [String.raw`ada@ex\u00e4mple.com`, "***"],
  ["ada%2540example.com", "***"],
  ["ada%40m%C3%BCnchen.example", "***"],
  ["ada&#64;example.com", "***"],
  ["ada&#x40;example.com", "***"],
  ["ada&commat;example.com", "***"],
  ["ada\uff20example.com", "***"],
  ["first@a.io@b.io second", "******.io second"],
  ["**ada@example.com**", "*****"],
  ["projects/p/serviceAccounts/s@p.iam.gserviceaccount.com", "projects/p/serviceAccounts/***"],
  ["ada@例え．テスト and ada@例え｡テスト", "*** and ***"],
  ["ada\ufe6bexample.com", "***"],
  ["for\u2000ada@example.com", "for\u2000***"],
  ["ada@[]", "ada@[]"],
  ["a line\n@example.com", "a line\n@example.com"],
  ['say"a b"@example.com', 'say"a b"@example.com'],
  [String.raw`for\nada@example.com`, String.raw`for\n***`],
  [String.raw`ada\x40example.com`, "***"],
  ["ada%40voil%C3%A0.example", "***"],
  ["ada&amp;#64;example.com", "***"],
  ["for &quot;ada l&quot;@example.com", "for ***"],
];

Deno.test("Redaction leaves the punctuation before an address", () => {
  for (const mark of "!#$%'*^`{|}~") {
    assert.equal(NOTHING_KNOWN.text(`${mark}zoe@example.com`), `${mark}***`);
  }
});

for (const [text, expected] of ADDRESSES) {
  Deno.test(`Redaction takes the addresses out of ${JSON.stringify(text)}`, () => {
    const redacted = NOTHING_KNOWN.text(text);
    // What two addresses in one leave is nobody's address, whatever it is.
    if (text.startsWith("first")) assert.doesNotMatch(redacted, /first|a\.io/);
    else if (text.startsWith("**")) assert.doesNotMatch(redacted, /ada|example/);
    else assert.equal(redacted, expected);
    assert.equal(NOTHING_KNOWN.text(redacted), redacted);
  });
}

const KEY = planted("key/with+signs=");

/** How a secret may be written, and what stays of it. */
const FORMS: readonly (readonly [name: string, form: (secret: string) => string])[] = [
  ["as it is", (secret) => secret],
  ["in JSON", (secret) => JSON.stringify({ key: secret })],
  ["in JSON in JSON", (secret) => JSON.stringify(JSON.stringify({ key: secret }))],
  ["in JSON with escaped slashes", (secret) => secret.replaceAll("/", "\\/")],
  ["in JSON as Java writes it", (secret) => secret.replaceAll("=", "\\u003d")],
  [
    "in JSON with escapes alone",
    (secret) =>
      secret.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  ["percent-encoded", encodeURIComponent],
  ["percent-encoded in lower case", (secret) => encodeURIComponent(secret).toLowerCase()],
  ["percent-encoded twice", (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ["in a form", (secret) => String(new URLSearchParams({ secret }))],
  ["in HTML", (secret) => secret.replaceAll("=", "&#61;").replaceAll("+", "&#x2b;")],
  ["in Base64", (secret) => Buffer.from(secret).toString("base64")],
  ["in Base64 for URLs", (secret) => Buffer.from(secret).toString("base64url")],
  ["as a user's password", (secret) => Buffer.from(`u:${secret}`).toString("base64")],
  ["as a user's name", (secret) => Buffer.from(`${secret}:pw`).toString("base64")],
];

for (const [name, form] of FORMS) {
  Deno.test(`Redaction takes out a secret ${name}`, () => {
    for (const secret of [KEY, `${KEY}x`, `${KEY}xy`]) {
      const redacted = knowing(secret).text(`api_key:${form(secret)} is suspended`);
      assert.match(redacted, /^api_key:.*\*\*\*.* is suspended$/);
      assert.doesNotMatch(redacted, /planted|with|signs|%|u0070/i);
      const left = redacted.replace(/^api_key:|is suspended$/g, "");
      assert.ok(left.length < 24, left);
    }
  });
}

Deno.test("Redaction takes out secrets with quotes, backslashes, line breaks and what looks like escapes", () => {
  for (const odd of ['pl"anted\\key', "planted\\u0041key", "planted%41key", "planted&amp;key"]) {
    const redaction = knowing(odd);
    assert.equal(redaction.text(`key ${odd}.`), "key ***.");
    assert.equal(redaction.text(JSON.stringify(odd)), '"***"');
    assert.equal(redaction.jsonLine(JSON.stringify({ odd })), '{"odd":"***"}');
    assert.equal(redaction.text(encodeURIComponent(odd)), "***");
  }
});

Deno.test("Redaction takes out a secret of brackets and quotes as HTML has it", () => {
  const html = "planted&lt;key&gt;&quot;";
  assert.equal(knowing('planted<key>"').text(`<b>${html}</b>`), "<b>***</b>");
});

Deno.test("Redaction takes out a secret whose last character makes an escape of what follows", () => {
  assert.equal(knowing("planted-key\\").text(String.raw`planted-key\next`), "***next");
});

Deno.test("Redaction takes out secrets that overlap or lie within each other, each whole", () => {
  const redaction = knowing("planted-long-secret", "nted-long", "long-secret-too");
  assert.equal(redaction.text("a planted-long-secret."), "a ***.");
  assert.equal(redaction.text("a planted-long-secret-too."), "a ***.");
});

Deno.test("Redaction takes out short secrets, and their Base64 where it is long enough", () => {
  assert.equal(knowing("abcdef").text("a abcdef b"), "a *** b");
  const short = planted("ab");
  assert.equal(knowing(short).text(Buffer.from(short).toString("base64url")), "***g");
  // So few characters stand in others' words by chance.
  assert.equal(knowing("abcdef").text("YWJjZGVm"), "YWJjZGVm");
});

/** The first line of a key, longer than the shortest line that is a secret by itself. */
const HEAD = "-----BEGIN SOMEONE'S KEY-----";

Deno.test("Redaction takes out a private key, whole, in JSON and by its lines", () => {
  const lines = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"];
  const pem = [HEAD, ...lines, "dG9vIHNob3J0", "-----END KEY-----", ""].join("\n");
  const redaction = knowing(pem);
  for (const text of [pem, JSON.stringify(pem), ...lines, pem.replaceAll("\n", " ")]) {
    assert.doesNotMatch(redaction.text(`bad key: ${text}`), /MIIE|BKcw/);
  }
  assert.equal(redaction.text(`a ${pem.trim()} b`), "a *** b");
  // It is in everybody's keys.
  assert.equal(redaction.text(HEAD), HEAD);
});

Deno.test("Redaction leaves what is too short to tell it by, and learns further secrets", () => {
  assert.equal(knowing("", "a", "key").text("a key is a key"), "a key is a key");
  const redaction = knowing();
  for (let count = 0; count < 20; count++) redaction.addSecret(planted(`token-${count}-end`));
  assert.equal(redaction.text(`${planted("token-19-end")} ${planted("token-12-end")}`), "*** ***");
  // Only the last are remembered.
  assert.equal(redaction.text(planted("token-11-end")), planted("token-11-end"));
  redaction.addSecret(planted("token-12-end"));
  assert.equal(redaction.text(planted("token-12-end")), "***");
});

Deno.test("Redaction reaches every text of a value, the names of members included", () => {
  const value = { "ada@b.io": [{ [`${KEY}`]: KEY }], flag: true, count: 1, none: null };
  assert.deepEqual(knowing(KEY).value(value), {
    "***": [{ "***": "***" }],
    flag: true,
    count: 1,
    none: null,
  });
  let deep: unknown = "ada@b.io";
  for (let depth = 0; depth < 20_000; depth++) deep = depth % 2 ? [deep] : { deep };
  assert.doesNotMatch(JSON.stringify(NOTHING_KNOWN.value(deep)), /ada/);
  const details = [{ "@type": "x", deep }];
  const error = NOTHING_KNOWN.error(new RpcError("INTERNAL", "Deep", { details }));
  assert.doesNotMatch(JSON.stringify(error.details), /ada/);
});

Deno.test("Redaction cuts what is very long or very much, and leaves no half of a secret", () => {
  const long = new RpcError("INTERNAL", `${"x ".repeat(8 * 1024 - 8)}${KEY} ${"x".repeat(1e6)}`);
  const cut = knowing(KEY).error(long).message;
  assert.ok(cut.length < 20_000 && cut.endsWith("…"));
  assert.doesNotMatch(cut, /plan/);
  const pairs = `x${"😀".repeat(10_000)}`;
  assert.ok(NOTHING_KNOWN.error(new RpcError("INTERNAL", pairs)).message.isWellFormed());
  const details = [{ "@type": "x", list: Array(1e6).fill(1) }];
  const many = knowing(KEY).error(new RpcError("INTERNAL", "Many", { details }));
  assert.ok(JSON.stringify(many).length < 10_000);
  const texts = [{ "@type": "x", list: Array(1e5).fill("a@b.io ".repeat(1000)) }];
  const start = spentMs();
  const much = knowing(KEY).error(new RpcError("INTERNAL", "Much", { details: texts }));
  assert.ok(JSON.stringify(much).length < 100_000);
  // Hundreds of megabytes of addresses would take minutes.
  assert.ok(spentMs() - start < 5000);
});

Deno.test("Redaction gives a new error if it removed something, and else the same one", () => {
  const good = new RpcError("NOT_FOUND", "No such model", { retryAfterMs: 1500 });
  assert.equal(NOTHING_KNOWN.error(good), good);
  const detail = { "@type": "x", account: "ada@b.io" };
  const bad = new RpcError("UNAVAILABLE", `key ${KEY}`, {
    code: 529,
    retryAfterMs: 1500,
    details: [detail],
    cause: good,
  });
  const redacted = knowing(KEY).error(bad);
  assert.deepEqual(
    [redacted.message, redacted.code, redacted.status, redacted.retryAfterMs],
    ["key ***", 529, "UNAVAILABLE", 1500],
  );
  assert.equal(redacted.cause, good);
  assert.deepEqual(redacted.details.map((one) => one["account"]), ["***", undefined]);
});

const UNFIT: readonly (readonly [string, string])[] = [
  ["\x1b[31mred\x1b[0m", "\\u001b[31mred\\u001b[0m"],
  ["\x9b31m\x9d", "\\u009b31m\\u009d"],
  ["a\rb\x00\x07\x7f", "a\\u000db\\u0000\\u0007\\u007f"],
  ["\u202eevil\u2066\u200f\u061c", "\\u202eevil\\u2066\\u200f\\u061c"],
  ["\u200e\u202a\u2069", "\\u200e\\u202a\\u2069"],
  ["two\nlines\tand\r\nthree", "two\nlines\tand\nthree"],
];

Deno.test("Redaction shows control characters instead of passing them to a terminal", () => {
  for (const [text, expected] of UNFIT) assert.equal(NOTHING_KNOWN.text(text), expected);
  assert.equal(NOTHING_KNOWN.line("two\nlines\u2028x"), "two\\nlines\\u2028x");
  assert.equal(NOTHING_KNOWN.line("two\u2029lines"), "two\\u2029lines");
  assert.equal(JSON.parse(NOTHING_KNOWN.jsonLine('"\u009b\u202e"')), "\u009b\u202e");
});

const texts = fc.string({ unit: "binary", maxLength: 8 });

Deno.test("Redaction leaves a JSON text one, whatever stands around an address and a secret", () => {
  const redaction = knowing(KEY);
  const odd = fc.oneof(texts, fc.string({ unit: fc.constantFrom('"', "\\", "@", ".", "a", "n") }));
  fc.assert(
    fc.property(odd, odd, odd, (before, between, after) => {
      const message = `${before}ada@b.io${between}${KEY}${after}`;
      const json = JSON.stringify({ [before]: "@b.io", list: [before, "@b.io"], message });
      const read: unknown = JSON.parse(redaction.jsonLine(json));
      assert.doesNotMatch(JSON.stringify(read), /ada@b\.io|planted/);
      assert.doesNotMatch(redaction.text(message), /ada@b\.io|planted/);
    }),
    { numRuns: 500 },
  );
});

Deno.test("Redaction finds in any JSON spelling what it finds in the text itself", () => {
  const spelt = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });
  fc.assert(fc.property(spelt, (escaped) => {
    const address = [..."ada.l@example.com"].map((unit, index) =>
      escaped[index] ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}` : unit
    ).join("");
    assert.equal(NOTHING_KNOWN.text(address), "***");
  }));
});

Deno.test("Redaction finds a quoted local part in JSON only within its own string", () => {
  assert.equal(NOTHING_KNOWN.jsonLine(String.raw`{"m":"\"ada l\"@b.io"}`), '{"m":"***"}');
  const apart = String.raw`{"x":" \"q","m":"b\"@b.io"}`;
  assert.equal(NOTHING_KNOWN.jsonLine(apart), apart);
});

Deno.test("Redaction leaves JSON one where a secret seems to begin within an escape", () => {
  const json = String.raw`"\npl-secret"`;
  assert.equal(knowing("npl-secret").jsonLine(json), json);
});

/** Texts of which a finder may make too much. */
const HARD: readonly (readonly [string, string])[] = [
  ["words", "word "],
  ["one word", "a"],
  ["at signs", "@"],
  ["addresses", "a@b.c "],
  ["addresses in one", "a@b."],
  ["dots", "@."],
  ["quotes", '"@'],
  ["quotes and a domain", '"@b.c'],
  ["backslashes", "\\"],
  ["escaped at signs", "\\u0040"],
  ["escaped addresses in one", "\\@b.c"],
  ["percent signs", "%25"],
  ["entities", "&amp;"],
  ["controls", "\x1b"],
];

for (const [name, unit] of HARD) {
  Deno.test(`Redaction takes time in proportion to the length of ${name}`, () => {
    const redaction = knowing(KEY, planted("another-secret"));
    assertLinear({
      from: 100_000,
      make: (length) => `${unit.repeat(length / unit.length)}@b.c`,
      work: (text) => redaction.text(text),
    });
  });
}

Deno.test("Redaction masks ephemeral tokens, however the slash is written", () => {
  const redaction = new Redaction();
  const token = "e0dpmesriiiux0sw15meotfhbd0hn5wf";
  for (const slash of ["/", "%2F", "%2f", "\\/"]) {
    const text = `holds "auth_tokens${slash}${token}", it says`;
    assert.equal(redaction.text(text), `holds "auth_tokens${slash}***", it says`);
    assert.ok(!redaction.jsonLine(JSON.stringify({ text })).includes(token));
  }
  assert.equal(redaction.text("auth_tokens.create: 200"), "auth_tokens.create: 200");
});
