/** Upstream's bytes cut into events: framings, splits, errors, limits. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SseDecoder, type SseDecoderOptions } from "../../../src/gemini/stream/sse_decoder.ts";
import type { StreamEvent } from "../../../src/gemini/stream/stream.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const QUOTA = {
  error: {
    code: 429,
    message: 'Quota \\" } é\u2028😀',
    status: "RESOURCE_EXHAUSTED",
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3s" }],
  },
};
const QUOTA_EVENT = `error 429 RESOURCE_EXHAUSTED ${QUOTA.error.message}`;
const TORN_EVENT =
  "error 503 UNAVAILABLE Upstream's response ended in the middle of an event; send the request again";

/** An event as one line, to compare by. */
function shown(event: StreamEvent): string {
  if (event.type === "data") return `data ${decoder.decode(event.json)}`;
  if (event.type === "done") return "done";
  return `error ${event.error.code} ${event.error.status} ${event.error.message}`;
}

/** The events of a response that comes in these pieces. */
function decoded(pieces: readonly Uint8Array[], options?: SseDecoderOptions): string[] {
  const sse = new SseDecoder(options);
  return [...pieces.flatMap((piece) => sse.push(piece)), ...sse.end()].map(shown);
}

/** The events of a response that comes in one piece. */
function decodedText(text: string, options?: SseDecoderOptions): string[] {
  return decoded([encoder.encode(text)], options);
}

/** Cuts bytes at the given places, which are taken modulo their length. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...sorted].map((start, at) => bytes.subarray(start, sorted[at] ?? bytes.length));
}

Deno.test("SseDecoder reads LF, CRLF, CR and mixed line ends", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = `data: {"a":1}${end}${end}data: {"b":2}${end}${end}`;
    assert.deepEqual(decodedText(text), ['data {"a":1}', 'data {"b":2}'], JSON.stringify(end));
  }
  assert.deepEqual(decodedText('data: {"a":1}\r\n\ndata: {"b":2}\r\r\ndata: {"c":3}\n\r'), [
    'data {"a":1}',
    'data {"b":2}',
    'data {"c":3}',
  ]);
});

Deno.test("SseDecoder takes CR and LF for one line end only where they touch", () => {
  const pieces = [
    ': c\rdata: {"a":1}',
    '\n\ndata: {"b":2}\r',
    "\n",
    "\r",
    '\ndata: {"c":3}\r',
    "\r",
  ];
  const bytes = pieces.map((piece) => encoder.encode(piece));
  assert.deepEqual(decoded(bytes), ['data {"a":1}', 'data {"b":2}', 'data {"c":3}']);
});

Deno.test("SseDecoder passes over a byte order mark, comments and all fields but data", () => {
  const text = "\ufeff: comment\nevent: message\nid: 1\nretry: 10\n" +
    'data: {"a":1}\nid:2\ndatabase: {"x":1}\ndat: 1\n\n: keep-alive\n\ndata:\n\n\n\ndata: \n\n';
  assert.deepEqual(decodedText(text), ['data {"a":1}']);
  const marked = '\ufeffdata: {"a":1}\n\n';
  assert.deepEqual(decodedText(marked + marked), ['data {"a":1}']);
});

Deno.test("SseDecoder reads data with and without the space, and takes away only one", () => {
  assert.deepEqual(decodedText('data:{"a":1}\n\ndata:  {"b":2} \n\n'), [
    'data {"a":1}',
    'data  {"b":2} ',
  ]);
});

Deno.test("SseDecoder joins the data lines of one event with line feeds", () => {
  assert.deepEqual(decodedText('data: {\r\ndata:   "a": 1\r\ndata\r\ndata: }\r\n\r\n'), [
    'data {\n  "a": 1\n\n}',
  ]);
});

Deno.test("SseDecoder tells [DONE] from data", () => {
  assert.deepEqual(decodedText('data: {"a":1}\n\ndata: [DONE]\n\n'), ['data {"a":1}', "done"]);
  assert.deepEqual(decodedText("data:[DONE] \n\n"), ["done"]);
  assert.match(decodedText("data: [DONE]x\n\n").join(), /^error 502 INTERNAL/);
  assert.deepEqual(decodedText('data: {"a":"[DONE]"}\n\n'), ['data {"a":"[DONE]"}']);
});

Deno.test("SseDecoder.end() gives a last event that lacks only its blank line", () => {
  for (const end of ["", "\n", "\r\n", "\r"]) {
    assert.deepEqual(decodedText(`data: {"a":1}${end}`), ['data {"a":1}'], JSON.stringify(end));
  }
  assert.deepEqual(decodedText("data: [DONE]"), ["done"]);
  assert.deepEqual(decodedText(`data: ${JSON.stringify(QUOTA)}`), [QUOTA_EVENT]);
});

Deno.test("SseDecoder.end() reports an answer that is cut off, wherever it is cut", () => {
  const events = ['{"a":"é😀"}', '{"b":{"c":[1]}}'];
  const bytes = encoder.encode(events.map((json) => `data: ${json}\r\n\r\n`).join(""));
  const first = encoder.encode(`data: ${events[0]}\r\n\r\n`).length;
  for (let length = 0; length <= bytes.length; length++) {
    const isSecond = length > first;
    const whole = isSecond ? ['data {"a":"é😀"}'] : [];
    const inEvent = isSecond ? length - first : length;
    const eventLength = (isSecond ? bytes.length - first : first) - "\r\n\r\n".length;
    const last = inEvent === 0
      ? []
      : inEvent < eventLength
      ? [TORN_EVENT]
      : [`data ${events[isSecond ? 1 : 0]}`];
    assert.deepEqual(decoded([bytes.subarray(0, length)]), [...whole, ...last], `${length} bytes`);
  }
});

Deno.test("SseDecoder.end() gives nothing for an empty answer, nor a second time", () => {
  assert.deepEqual(decodedText(""), []);
  const sse = new SseDecoder();
  sse.push(encoder.encode('data: {"a":1}'));
  assert.equal(sse.end().length, 1);
  assert.equal(sse.end().length, 0);
});

Deno.test("SseDecoder reads an error that comes as bare JSON, after any events", () => {
  const bodies = {
    "one line": JSON.stringify(QUOTA),
    "one line, ended": `${JSON.stringify(QUOTA)}\n`,
    "many lines": JSON.stringify(QUOTA, null, 2),
    array: JSON.stringify([QUOTA]),
    "array, many lines": JSON.stringify([QUOTA], null, 2).replaceAll("\n", "\r\n"),
    "array as Google frames it": `[${JSON.stringify(QUOTA, null, 2)}\n]`,
    "array left open": `[${JSON.stringify(QUOTA)}`,
    "after a space": ` ${JSON.stringify(QUOTA)}`,
    "after a tab": `\t${JSON.stringify(QUOTA)}`,
  };
  for (const [name, body] of Object.entries(bodies)) {
    assert.deepEqual(decodedText(body), [QUOTA_EVENT], name);
    assert.deepEqual(decodedText(`\ufeff${body}`), [QUOTA_EVENT], name);
    const after = `data: {"a":1}\r\n\r\n${body}`;
    assert.deepEqual(decodedText(after), ['data {"a":1}', QUOTA_EVENT], name);
    const glued = `data: {"a":1}\n${body}`;
    assert.deepEqual(decodedText(glued), ['data {"a":1}', QUOTA_EVENT], name);
  }
});

Deno.test("SseDecoder reports a bare error as soon as it is whole", () => {
  const sse = new SseDecoder();
  const body = `[${JSON.stringify(QUOTA, null, 2)}`;
  assert.deepEqual(sse.push(encoder.encode(body.slice(0, -1))), []);
  assert.deepEqual(sse.push(encoder.encode(body.slice(-1))).map(shown), [QUOTA_EVENT]);
});

Deno.test("SseDecoder reports a bare error that is cut off", () => {
  assert.deepEqual(decodedText(JSON.stringify(QUOTA, null, 2).slice(0, -2)), [TORN_EVENT]);
  assert.deepEqual(decodedText('[{\n  "error": {\n'), [TORN_EVENT]);
});

Deno.test("SseDecoder reads chunks that come as bare JSON", () => {
  const chunks = ['{"candidates":[{"content":{"parts":[{"text":"}]\\""}]}}]}', '{"b":2}'];
  const data = chunks.map((json) => `data ${json}`);
  const texts = {
    "array as Google frames it": `[${chunks.join("\n,\r\n")}\n]`,
    "array on one line": `[${chunks.join(",")}]`,
    "array after a bracket alone": ` [ \r\n${chunks.join(",\n")}\n]\n`,
    "one object behind the other": chunks.join(""),
    "one object a line": `${chunks.join("\n")}\n`,
    "an array as an event": `data: [${chunks.join(",")}]\n\n`,
    "bare, then an event": `${chunks[0]}\ndata: ${chunks[1]}\n\n`,
    "an event, then bare": `data: ${chunks[0]}\n\n[${chunks[1]}]`,
    "behind a byte order mark": `\ufeff[${chunks.join(",")}]`,
  };
  for (const [name, text] of Object.entries(texts)) {
    assert.deepEqual(decodedText(text), data, name);
    const bytes = encoder.encode(text);
    assert.deepEqual(decoded(Array.from(bytes, (byte) => Uint8Array.of(byte))), data, name);
  }
});

Deno.test("SseDecoder gives an object of bare JSON as soon as it is whole", () => {
  const sse = new SseDecoder();
  assert.deepEqual(sse.push(encoder.encode('[{"a":1}')).map(shown), ['data {"a":1}']);
  assert.deepEqual(sse.push(encoder.encode(',{"b":2}')).map(shown), ['data {"b":2}']);
  assert.deepEqual(sse.push(encoder.encode("]")), []);
  assert.deepEqual(sse.end(), []);
});

Deno.test("SseDecoder reports an array that stays open, whatever it holds", () => {
  assert.deepEqual(decodedText('[{"a":1}'), ['data {"a":1}', TORN_EVENT]);
  assert.deepEqual(decodedText('[{"a":1},{"b":'), ['data {"a":1}', TORN_EVENT]);
  for (const text of ["[", '[{"a":1}']) {
    const sse = new SseDecoder();
    const event = [...sse.push(encoder.encode(text)), ...sse.end()].at(-1);
    assert.ok(event?.type === "error");
    assert.deepEqual([shown(event), event.cause], [TORN_EVENT, "torn"]);
  }
});

Deno.test("SseDecoder takes an empty array and white space for no event", () => {
  for (const text of ["[]", "[ ]\n", " \n\n", "\t"]) assert.deepEqual(decodedText(text), [], text);
});

Deno.test("SseDecoder reports what stands between the items of an array and is none", () => {
  const [data, error, ...more] = decodedText('[{"a":1} x');
  assert.equal(data, 'data {"a":1}');
  assert.match(error ?? "", /^error 502 INTERNAL Upstream sent what is neither JSON/);
  assert.deepEqual(more, []);
});

Deno.test("SseDecoder reports a response that is the beginning of a byte order mark", () => {
  assert.match(decoded([Uint8Array.of(0xef, 0xbb)]).join(), /^error 502 INTERNAL/);
});

Deno.test("SseDecoder reports what is no event, and no response at all", () => {
  const texts = [
    "<html>\n<body>Welcome</body>\n</html>\n",
    "Welcome",
    "data: <html>\n\n",
    'data: {"candidates":[{"content"\n\n',
    "data: 1\n\n",
    "{broken}",
    "[1]",
  ];
  for (const text of texts) {
    const events = new SseDecoder();
    const [event] = [...events.push(encoder.encode(text)), ...events.end()];
    assert.ok(event?.type === "error", text);
    assert.deepEqual([event.cause, event.error.code], ["unreadable", 502], text);
  }
});

Deno.test("SseDecoder takes an event named error for one, unless it has a candidate", () => {
  const cases: Readonly<Record<string, string>> = {
    "event: error\ndata: Overloaded\n\n":
      'error 503 UNAVAILABLE Upstream reported an error: "Overloaded"',
    "data: Overloaded\nevent:error\n\n":
      'error 503 UNAVAILABLE Upstream reported an error: "Overloaded"',
    [`event: error\ndata: ${JSON.stringify(QUOTA)}\n\n`]: QUOTA_EVENT,
    "event: error\n\n": "error 503 UNAVAILABLE Upstream reported an error without a reason",
    "event: error": "error 503 UNAVAILABLE Upstream reported an error without a reason",
    'event: error\ndata: {"message":"Busy"}\n\n': "error 503 UNAVAILABLE Busy",
    'event: error\ndata: {"candidates":[{"finishReason":"STOP"}]}\n\n':
      'data {"candidates":[{"finishReason":"STOP"}]}',
    'event: errors\ndata: {"a":1}\n\n': 'data {"a":1}',
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.deepEqual(decodedText(text), [expected], text);
  }
});

Deno.test("SseDecoder reads an error that comes as an event", () => {
  const json = JSON.stringify(QUOTA);
  const pretty = JSON.stringify(QUOTA, null, "\t").replaceAll("\n", "\ndata: ");
  for (const data of [json, ` ${json}`, `[${json}]`, pretty]) {
    assert.deepEqual(decodedText(`data: ${data}\n\n`), [QUOTA_EVENT]);
  }
  const [event] = new SseDecoder().push(encoder.encode(`data: ${json}\n\n`));
  assert.ok(event?.type === "error");
  assert.deepEqual(event.error.toJSON(), QUOTA);
});

Deno.test("SseDecoder reads an array as an event up to an error, or to what is no JSON", () => {
  const quota = JSON.stringify(QUOTA);
  assert.deepEqual(decodedText(`data: [{"a":1},${quota},{"b":2}]\n\n`), [
    'data {"a":1}',
    QUOTA_EVENT,
  ]);
  const [data, error] = decodedText('data: [{"a":1}] x\n\n');
  assert.equal(data, 'data {"a":1}');
  assert.match(error ?? "", /^error 502 INTERNAL/);
});

Deno.test("SseDecoder takes an error out of its envelope, and passes over an envelope of nothing", () => {
  const options = { isEnveloped: true };
  const enveloped = JSON.stringify({ traceId: "t", response: QUOTA });
  const sse = new SseDecoder(options);
  const [event] = sse.push(encoder.encode(`data: {"traceId":"t"}\n\ndata: ${enveloped}\n\n`));
  assert.ok(event?.type === "error");
  assert.deepEqual(event.error.toJSON(), QUOTA);
});

Deno.test("SseDecoder takes for data what only looks like an error", () => {
  const texts = [
    '{"errors":{}}',
    '{"a":{"error":{}}}',
    '{"error":null,"usageMetadata":{}}',
    '{"candidates":[{"content":{"parts":[{"text":"{\\"error\\":{}}"}]}}],"error":{"code":500}}',
    '{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"error":{}}}}]}}]}',
  ];
  for (const text of texts) assert.deepEqual(decodedText(`data: ${text}\n\n`), [`data ${text}`]);
});

Deno.test("SseDecoder gives nothing after an error", () => {
  const error = `data: ${JSON.stringify(QUOTA)}\n\n`;
  assert.deepEqual(decodedText(`${error}data: {"a":1}\n\n${error}data: {`), [QUOTA_EVENT]);
  const sse = new SseDecoder();
  sse.push(encoder.encode(error));
  assert.deepEqual(sse.push(encoder.encode('data: {"a":1}\n\n')), []);
  assert.deepEqual(sse.end(), []);
});

Deno.test("SseDecoder fails when an event is larger than the limit, but not before", () => {
  const tooLarge = "error 500 INTERNAL Upstream sent an event of more than 16 bytes; " +
    "ask for a shorter response";
  const options = { maxEventBytes: 16 };
  const fits = 'data: {"a":1234}\n\n';
  assert.deepEqual(decodedText(fits + fits, options), ['data {"a":1234}', 'data {"a":1234}']);
  const texts = ['data: {"a":12345}\n\n', "data: 12345678901", "data: 123\ndata: 456\n\n"];
  texts.push(`: ${"x".repeat(20)}\n`, '[{"error":\n{"code":429}}]');
  for (const text of texts) {
    assert.deepEqual(decodedText(text, options), [tooLarge], text);
    const bytes = Array.from(encoder.encode(text), (byte) => Uint8Array.of(byte));
    assert.deepEqual(decoded(bytes, options), [tooLarge], `${text}, byte by byte`);
  }
  // What is kept of an unfinished line counts as well.
  const sse = new SseDecoder(options);
  assert.deepEqual(sse.push(encoder.encode("data: 123\ndata: 45")).map(shown), [tooLarge]);
});

Deno.test("SseDecoder does not copy when a chunk holds whole events", () => {
  const chunk = encoder.encode('data: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n');
  const events = new SseDecoder().push(chunk);
  assert.equal(events.length, 2);
  for (const event of events) {
    assert.ok(event.type === "data" && event.json.buffer === chunk.buffer);
  }
});

Deno.test("SseDecoder gives the same events for any split of a good answer", () => {
  const objects = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());
  const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
  const noise = fc.constantFrom("", ": comment", "event: message", "id: 1", "\u00e9", "datum: 1");
  const event = fc.record({
    object: objects,
    end: lineEnd,
    noise,
    space: fc.constantFrom("", " "),
  });
  const places = fc.array(fc.nat(), { maxLength: 20 });
  fc.assert(fc.property(fc.array(event), places, (events, places) => {
    const jsons = events.map(({ object }) => JSON.stringify({ object }));
    const text = events.map(({ end, noise, space }, at) =>
      `${noise === "" ? "" : noise + end}data:${space}${jsons[at]}${end}${end}`
    ).join("");
    const expected = jsons.map((json) => `data ${json}`);
    assert.deepEqual(decoded(cut(encoder.encode(text), places)), expected);
  }));
});

Deno.test("SseDecoder gives the same events for any split of any bytes", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\n",
      "\r",
      "\r\n",
      "data: ",
      "data:",
      "data",
      ": c",
      "event: x",
      "[DONE]",
      "\ufeff",
    ),
    fc.constantFrom(
      '{"a":1}',
      "{",
      "}",
      "[",
      "]",
      '"',
      "\\",
      '{"error":{}}',
      '{"response":{"candidates":[{}]}}',
      '[{"a":1},',
      ',{"b":2}]',
      " [",
      "\t",
      "event: error",
      JSON.stringify(QUOTA, null, 1),
    ),
    fc.string({ unit: "binary" }),
  );
  const limit = fc.constantFrom(10, 40, 1_000_000);
  const places = fc.array(fc.nat(), { maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(piece),
      places,
      limit,
      fc.boolean(),
      (pieces, places, max, isEnveloped) => {
        const options = { maxEventBytes: max, isEnveloped };
        const bytes = encoder.encode(pieces.join(""));
        const whole = decoded([bytes], options);
        assert.deepEqual(decoded(cut(bytes, places), options), whole);
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        assert.deepEqual(decoded(single, options), whole);
        assert.ok(whole.slice(0, -1).every((event) => !event.startsWith("error ")));
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("SseDecoder reads a 20 MB event that comes in 64 KB pieces", () => {
  const bytes = encoder.encode(`data: {"a":"${"x".repeat(20_000_000)}"}\n\n`);
  const sse = new SseDecoder();
  const events: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    events.push(...sse.push(bytes.subarray(at, at + 65_536)));
  }
  const [event] = events;
  assert.ok(event?.type === "data" && events.length === 1);
  assert.equal(event.json.length, bytes.length - "data: \n\n".length);
});
