/** The shapes in which upstreams send errors, read into one. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { rpcErrorFromBody, rpcErrorFromJson } from "../../../src/gemini/errors/error_body.ts";
import type { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

const RETRY_INFO = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3s" };
const ERROR_INFO = {
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: "RATE_LIMIT_EXCEEDED",
  domain: "cloudcode-pa.googleapis.com",
  metadata: { model: "gemini-2.5-pro", unknown: { deep: [1, null] } },
};
const QUOTA = {
  error: {
    code: 429,
    message: "You exceeded your current quota\u2028.",
    status: "RESOURCE_EXHAUSTED",
    details: [ERROR_INFO, RETRY_INFO],
  },
};

/** What an error says, without its class and its stack. */
function said({ code, status, message, details }: RpcError): Record<string, unknown> {
  return { code, status, message, details };
}

/** `envelope` as the message of an envelope, `depth` times over. */
function nested(envelope: unknown, depth: number): unknown {
  return depth === 0 ? envelope : nested(
    { error: { code: 500, message: JSON.stringify(envelope), status: "INTERNAL" } },
    depth - 1,
  );
}

Deno.test("rpcErrorFromBody() reads one envelope out of every framing", () => {
  const bodies = {
    bare: JSON.stringify(QUOTA),
    pretty: JSON.stringify(QUOTA, null, 2),
    array: `[${JSON.stringify(QUOTA, null, 2)}\n]`,
    "array, not first": JSON.stringify([null, { candidates: [] }, QUOTA]),
    sse: `data: ${JSON.stringify(QUOTA)}\r\n\r\n`,
    "sse, named": `event: error\ndata:${JSON.stringify(QUOTA)}\n\ndata: {}\n\n`,
    "sse, many lines": `data: ${JSON.stringify(QUOTA, null, 1).replaceAll("\n", "\ndata: ")}\n\n`,
    "sse, array": `data: [${JSON.stringify(QUOTA)}]\n\n`,
    "double encoded": JSON.stringify(nested(QUOTA, 1)),
    "encoded twice": JSON.stringify({ error: { message: JSON.stringify(JSON.stringify(QUOTA)) } }),
    "encoded as text": JSON.stringify(JSON.stringify(QUOTA)),
    "an error in an error": JSON.stringify({ error: QUOTA }),
    "an envelope for a message": JSON.stringify({ error: { code: 500, message: QUOTA } }),
    "encoded as an error": JSON.stringify({ error: JSON.stringify(QUOTA) }),
    "encoded ten times": JSON.stringify(nested(QUOTA, 9)),
  };
  for (const [name, body] of Object.entries(bodies)) {
    assert.deepEqual(rpcErrorFromBody(503, body).toJSON(), QUOTA, name);
  }
});

Deno.test("rpcErrorFromBody() stops unwrapping after ten envelopes", () => {
  const error = rpcErrorFromBody(500, JSON.stringify(nested(QUOTA, 10)));
  assert.equal(error.code, 500);
  assert.deepEqual(JSON.parse(error.message), QUOTA);
});

Deno.test("rpcErrorFromBody() keeps the details of all nested envelopes", () => {
  const inner = JSON.stringify({ error: { message: "inner", details: [ERROR_INFO] } });
  const outer = {
    error: { code: 429, status: "RESOURCE_EXHAUSTED", message: inner, details: [RETRY_INFO] },
  };
  assert.deepEqual(said(rpcErrorFromBody(500, JSON.stringify(outer))), {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: "inner",
    details: [ERROR_INFO, RETRY_INFO],
  });
});

Deno.test("rpcErrorFromBody() reads OAuth's flat error", () => {
  const body = '{"error":"invalid_grant","error_description":"Token has been expired or revoked."}';
  assert.deepEqual(said(rpcErrorFromBody(400, body)), {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "invalid_grant: Token has been expired or revoked.",
    details: [],
  });
  assert.equal(rpcErrorFromBody(401, '{"error":"invalid_client"}').message, "invalid_client");
});

Deno.test("rpcErrorFromBody() reads a google.rpc.Status without envelope", () => {
  const body = { code: 5, message: "Requested entity was not found.", details: [] };
  assert.deepEqual(said(rpcErrorFromBody(404, JSON.stringify(body))), {
    code: 404,
    status: "NOT_FOUND",
    message: "Requested entity was not found.",
    details: [],
  });
});

Deno.test("rpcErrorFromBody() takes the call's status when the body's code is no HTTP error", () => {
  for (const code of [undefined, null, 8, 200, 399, 600, 429.5, "429", NaN, true]) {
    const error = rpcErrorFromBody(403, JSON.stringify({ error: { code, message: "No" } }));
    assert.equal(error.code, 403, String(code));
    assert.equal(error.status, "PERMISSION_DENIED", String(code));
  }
  assert.equal(rpcErrorFromBody(403, '{"error":{"code":599}}').code, 599);
});

Deno.test("rpcErrorFromBody() keeps a status name it does not know", () => {
  const error = rpcErrorFromBody(
    429,
    '{"error":{"code":429,"status":"MODEL_IS_TIRED","message":"x"}}',
  );
  assert.equal(error.status, "MODEL_IS_TIRED");
  assert.equal(error.code, 429);
});

Deno.test("rpcErrorFromBody() makes up for a status that is no name", () => {
  for (const status of ["", "constructor", "__proto__", 7, null]) {
    const body = JSON.stringify({ error: { status, message: "x" } });
    assert.equal(rpcErrorFromBody(404, body).status, "NOT_FOUND", String(status));
    assert.equal(rpcErrorFromBody(200, body).code, 503, String(status));
  }
});

Deno.test("rpcErrorFromBody() drops details that are no google.protobuf.Any", () => {
  const details = [null, 1, "x", [RETRY_INFO], { reason: "NO_TYPE" }, { "@type": 1 }, RETRY_INFO];
  const body = JSON.stringify({ error: { code: 429, message: "x", details } });
  assert.deepEqual(rpcErrorFromBody(429, body).details, [RETRY_INFO]);
  assert.deepEqual(rpcErrorFromBody(429, '{"error":{"details":{"a":1}}}').details, []);
});

Deno.test("rpcErrorFromBody() says in plain words that there is no reason", () => {
  const bodies = ["", "  \n", "{}", "[]", '{"error":{}}', '{"error":{"message":" "}}'];
  const reasons = bodies.map((body) => rpcErrorFromBody(502, body).message);
  assert.deepEqual(reasons, [
    "Upstream returned HTTP 502 without a reason",
    "Upstream returned HTTP 502 without a reason",
    'Upstream returned HTTP 502: "{}"',
    'Upstream returned HTTP 502: "[]"',
    "Upstream returned HTTP 502 without a reason",
    "Upstream returned HTTP 502 without a reason",
  ]);
  assert.equal(rpcErrorFromBody(200, "").message, "Upstream reported an error without a reason");
});

Deno.test("rpcErrorFromBody() quotes plain text, on one line and cut", () => {
  assert.equal(
    rpcErrorFromBody(504, "upstream\r\n  timed\u0000out ").message,
    'Upstream returned HTTP 504: "upstream timed out"',
  );
  const { message } = rpcErrorFromBody(504, "\u{1F600}".repeat(100_000));
  assert.equal(message, `Upstream returned HTTP 504: "${"\u{1F600}".repeat(299)}…"`);
  const torn = rpcErrorFromBody(500, `${"word ".repeat(58)}key=planted-${"k".repeat(300)}`);
  assert.equal(torn.message, `Upstream returned HTTP 500: "${"word ".repeat(58)}…"`);
});

Deno.test("rpcErrorFromBody() never quotes HTML", () => {
  const bodies = [
    "<html><title>502</title></html>",
    "<!DOCTYPE html><h1>No",
    "Oops <br/> no",
    "x</p>",
  ];
  for (const body of bodies) {
    assert.equal(
      rpcErrorFromBody(502, body).message,
      "Upstream returned HTTP 502 without a reason",
    );
  }
});

Deno.test("rpcErrorFromBody() gives a good google.rpc error for any body and status", () => {
  const error = fc.record({
    code: fc.oneof(fc.integer(), fc.string()),
    message: fc.oneof(fc.string(), fc.json(), fc.jsonValue()),
    status: fc.string(),
    details: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
  }, { requiredKeys: [] });
  const body = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    error.map((error) => JSON.stringify({ error })),
    error.map((error) => `data: ${JSON.stringify([{ error }])}`),
    fc.string().map((text) => `<p>${text}</p>`),
  );
  fc.assert(fc.property(fc.oneof(fc.integer(), fc.constant(NaN)), body, (httpStatus, body) => {
    const error = rpcErrorFromBody(httpStatus, body);
    assert.ok(Number.isInteger(error.code) && error.code >= 400 && error.code <= 599);
    assert.match(error.status, /^[A-Z][A-Z0-9_]*$/);
    assert.notEqual(error.message.trim(), "");
    assert.ok(JSON.stringify(error).startsWith('{"error":{"code":'));
  }));
});

Deno.test("rpcErrorFromJson() gives undefined when the text reports no error", () => {
  const texts = ["", "{", "null", "1", '"x"', "[]", '{"candidates":[]}', '{"error":null}'];
  for (const text of texts) assert.equal(rpcErrorFromJson(200, text), undefined, text);
});

Deno.test("rpcErrorFromJson() derives the code of a stream's error from its status name", () => {
  const error = rpcErrorFromJson(200, '{"error":{"status":"RESOURCE_EXHAUSTED","message":"x"}}');
  assert.equal(error?.code, 429);
});
