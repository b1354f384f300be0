/**
 * What upstream sends with status 200 that is no plain response: errors, other framings, nothing at all,
 * and half of one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { within } from "../../support/deadline.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { emulatedAccount } from "../../support/emulated_gateway.ts";
import { call, checkedError, errorOf, type GeminiCallOptions } from "../../support/gemini_call.ts";
import {
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from "../../support/gateway.ts";
import {
  chunked,
  type RawResponse,
  type RawUpstream,
  sized,
  startRawUpstream,
} from "../../support/raw_upstream.ts";

type Method = NonNullable<GeminiCallOptions["method"]>;

const METHODS: readonly Method[] = ["generateContent", "streamGenerateContent", "countTokens"];
const MODEL_METHODS = ["generateContent", "streamGenerateContent"] as const;

const GOOD = '{"candidates":[{"content":{"parts":[{"text":"Good"}]},"finishReason":"STOP"}]}';
const COUNT = '{"totalTokens":7}';
const QUOTA = '{"code":429,"message":"Quota is spent","status":"RESOURCE_EXHAUSTED","details":' +
  '[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3600s"}]}';

/** A gateway with two accounts of one kind at one raw upstream. */
interface Place extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly upstream: RawUpstream;
}

async function startPlace(
  kind: AccountKind,
  answer: Parameters<typeof startRawUpstream>[0],
  options: Partial<TestGatewayOptions> & { readonly names?: readonly string[] } = {},
): Promise<Place> {
  const { names = ["one", "two"], ...rest } = options;
  const emulator = await startEmulator();
  const upstream = startRawUpstream(answer);
  const gateway = await startTestGateway({
    ...rest,
    accounts: names.map((name) => ({
      ...emulatedAccount(emulator, name, kind),
      baseUrls: [upstream.url],
      project: "planted-project",
    })),
  });
  return {
    gateway,
    upstream,
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await gateway.close();
      await emulator.close();
    },
  };
}

/** A message as an upstream of that kind sends it. */
function wrapped(kind: AccountKind, json: string): string {
  return kind === "code-assist" ? `{"response":${json},"traceId":"t"}` : json;
}

/** A good response to a method. */
function good(kind: AccountKind, method: Method): RawResponse {
  if (method === "countTokens") return sized(COUNT);
  const json = wrapped(kind, GOOD);
  return method === "generateContent" ? sized(json) : chunked(`data: ${json}\r\n\r\n`);
}

/** A message in the framing that a method is asked for. */
function framed(method: Method, json: string): RawResponse {
  return method === "streamGenerateContent" ? chunked(`data: ${json}\r\n\r\n`) : sized(json);
}

/** The JSON messages of a client's response, in either framing. */
async function messagesOf(response: Response): Promise<unknown[]> {
  const text = await response.text();
  if (response.headers.get("content-type") === "text/event-stream") {
    return text.split("\n\n").filter((block) => block.includes("{")).map((block) =>
      JSON.parse(block.replace(/^data: /, ""))
    );
  }
  const parsed = JSON.parse(text);
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** Errors that come with 200, with the code that each stands for. */
const ERRORS: Readonly<Record<string, readonly [json: string, code: number]>> = {
  "an object": [`{"error":${QUOTA}}`, 429],
  "behind other members": [`{"usageMetadata":{},"responseId":"r","error":${QUOTA}}`, 429],
  "before other members": [`{"error":${QUOTA},"usageMetadata":{"totalTokenCount":1}}`, 429],
  "an escaped name": [`{"\\u0065rror":${QUOTA}}`, 429],
  "no candidate": [`{"candidates":[],"error":${QUOTA}}`, 429],
  "a text": ['{"error":"Overloaded"}', 503],
  "an array": [`{"error":[${QUOTA}]}`, 429],
  "null": ['{"error":null}', 503],
  "an empty object": ['{"error":{}}', 503],
  "a type": ['{"type":"error","message":"Busy"}', 503],
  "a type and an error": [`{"type":"error","error":${QUOTA}}`, 429],
  "no envelope": [QUOTA, 429],
  "within an array": [`[{"error":${QUOTA}}]`, 429],
};

for (const kind of ACCOUNT_KINDS) {
  for (const method of METHODS) {
    Deno.test(`An error with 200 is an error: ${kind}, ${method}`, async (t) => {
      const errors = new Map(Object.entries(ERRORS));
      if (kind === "code-assist") {
        errors.set("beside the response", [`{"response":null,"error":${QUOTA}}`, 429]);
        errors.set("before the response", [`{"error":${QUOTA},"response":null}`, 429]);
        errors.set("inside the response", [`{"response":{"error":${QUOTA}},"traceId":"t"}`, 429]);
        errors.set("null in the response", ['{"response":{"error":null}}', 503]);
      }
      for (const [name, [json, code]] of errors) {
        await t.step(name, async () => {
          await using place = await startPlace(
            kind,
            ({ index }) => index === 0 ? framed(method, json) : good(kind, method),
          );
          const { gateway, upstream } = place;
          const first = await call(gateway.url, { method });
          assert.equal(first.status, 200);
          assert.equal(first.headers.get("x-pollux-attempts"), "2");
          const [message] = await messagesOf(first);
          assert.deepEqual(message, JSON.parse(method === "countTokens" ? COUNT : GOOD));
          const [failed] = (await gateway.waitForCall()).failedTries;
          assert.equal(failed?.delayMs, code === 429 ? 3_600_000 : undefined);
          // The account rests for its quota as it would after a 429.
          const other = first.headers.get("x-pollux-account");
          for (let more = 0; more < 2; more++) {
            const next = await call(gateway.url, { method, text: `Another ${more}` });
            await next.body?.cancel();
            if (code === 429) assert.equal(next.headers.get("x-pollux-account"), other);
            assert.equal(next.headers.get("x-pollux-attempts"), "1");
          }
          assert.equal(upstream.requests.length, 4);
        });
        await t.step(`${name}, from every account`, async () => {
          await using place = await startPlace(kind, () => framed(method, json), {
            names: ["one"],
            settings: { routing: { maxAttempts: 1 } },
          });
          const error = await errorOf(await call(place.gateway.url, { method }));
          assert.equal(error.code, code);
          if (code === 429) assert.match(error.message, /Quota is spent/);
        });
      }
    });
  }

  Deno.test(`What says candidates is a response, whatever else it says: ${kind}`, async (t) => {
    const candidate = '{"content":{"parts":[{"text":"{\\"error\\":{\\"code\\":429}}"},' +
      '{"functionCall":{"name":"f","args":{"error":{"code":429},"type":"error"}}}]},' +
      '"finishReason":"STOP"}';
    const messages = {
      "an error after": `{"candidates":[${candidate}],"error":${QUOTA}}`,
      "an error before": `{"error":${QUOTA},"candidates":[${candidate}]}`,
      "an error in its content": `{"candidates":[${candidate}]}`,
      "a type": `{"type":"error","candidates":[${candidate}]}`,
    };
    for (const [name, json] of Object.entries(messages)) {
      for (const method of MODEL_METHODS) {
        await t.step(`${name}: ${method}`, async () => {
          await using place = await startPlace(
            kind,
            () => framed(method, wrapped(kind, json)),
          );
          const answer = await call(place.gateway.url, { method });
          assert.equal(answer.headers.get("x-pollux-attempts"), "1");
          assert.deepEqual(await messagesOf(answer), [JSON.parse(json)]);
        });
      }
    }
  });

  Deno.test(`An error after content is the error frame, and rests the account: ${kind}`, async (t) => {
    const begun = '{"candidates":[{"content":{"parts":[{"text":"Begun"}]}}]}';
    const errors = {
      "an event": `data: {"error":${QUOTA}}\r\n\r\n`,
      "behind other members": `data: {"usageMetadata":{},"error":${QUOTA}}\r\n\r\n`,
      "a named event": `event: error\r\ndata: ${QUOTA}\r\n\r\n`,
      "a text": 'data: {"error":"Overloaded"}\r\n\r\n',
      "null": 'data: {"error":null}\r\n\r\n',
      "bare": `{"error":${QUOTA}}`,
    };
    for (const [name, text] of Object.entries(errors)) {
      for (const query of ["", "?alt=json"]) {
        await t.step(`${name} ${query}`, async () => {
          const code = text.includes("429") ? 429 : 503;
          const body = `data: ${wrapped(kind, begun)}\r\n\r\n${text}`;
          await using place = await startPlace(
            kind,
            ({ index }) => index === 0 ? chunked(body) : good(kind, "streamGenerateContent"),
          );
          const { gateway } = place;
          const answer = await call(gateway.url, { method: "streamGenerateContent", query });
          const sent = await answer.text();
          const frames = query === ""
            ? sent.split("\n\n").slice(0, 2).map((frame) => frame.slice("data: ".length))
            : JSON.parse(`${sent}]`).map((item: unknown) => JSON.stringify(item));
          assert.equal(frames[0], begun);
          checkedError(code, frames[1] ?? "");
          const record = await gateway.waitForCall();
          assert.notEqual(record.failure, "");
          if (code !== 429) return;
          const next = await call(gateway.url, { text: "Another" });
          await next.body?.cancel();
          assert.equal(
            next.headers.get("x-pollux-account"),
            record.account === "one" ? "two" : "one",
          );
        });
      }
    }
  });

  Deno.test(`A good response in another framing is delivered: ${kind}`, async (t) => {
    const one = '{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"}}],"n":1.0}';
    const two = '{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}],' +
      '"usageMetadata":{"totalTokenCount":12345678901234567890}}';
    const whole = '{"n":1.0,"usageMetadata":{"totalTokenCount":12345678901234567890},' +
      '"candidates":[{"content":{"role":"model","parts":[{"text":"a"},{"text":"b"}]},' +
      '"finishReason":"STOP"}]}';
    const [first, second] = [one, two].map((json) => wrapped(kind, json));
    const bodies = {
      "SSE": `data: ${first}\r\n\r\ndata: ${second}\r\n\r\n`,
      "SSE with a byte order mark": `\ufeffdata: ${first}\n\ndata: ${second}\n\n`,
      "an array": `[${first}\n,\r\n${second}\n]`,
      "an array with a byte order mark": `\ufeff[${first},${second}]`,
      "lines": `${first}\n${second}\n`,
      "an array as an event": `data: [${first},${second}]\n\n`,
    };
    for (const [name, body] of Object.entries(bodies)) {
      await t.step(name, async () => {
        await using place = await startPlace(kind, () => sized(body));
        const { url } = place.gateway;
        assert.equal(await (await call(url)).text(), whole);
        const method = "streamGenerateContent";
        assert.equal(
          await (await call(url, { method })).text(),
          `data: ${one}\n\ndata: ${two}\n\n`,
        );
        const array = await call(url, { method, query: "?alt=json" });
        assert.equal(await array.text(), `[${one}\n,\r\n${two}\n]`);
        assert.equal(place.upstream.requests.length, 3);
      });
    }
    for (const [name, mark] of [["an object", ""], ["an object with a mark", "\ufeff"]] as const) {
      await t.step(name, async () => {
        await using place = await startPlace(kind, () => sized(mark + wrapped(kind, GOOD)));
        const { url } = place.gateway;
        assert.equal(await (await call(url)).text(), GOOD);
        const stream = await call(url, { method: "streamGenerateContent" });
        assert.equal(await stream.text(), `data: ${GOOD}\n\n`);
        assert.equal(place.upstream.requests.length, 2);
      });
    }
    await t.step("a count", async () => {
      await using place = await startPlace(kind, () => sized(`\ufeffdata: ${COUNT}\n\n`));
      assert.equal(await (await call(place.gateway.url, { method: "countTokens" })).text(), COUNT);
    });
  });

  Deno.test(`An empty response is asked for again, and is the client's at last: ${kind}`, async (t) => {
    const empties = {
      "counts alone": '{"usageMetadata":{"promptTokenCount":9, "totalTokenCount":9}}',
      "no candidates": '{ "candidates": [] }',
      "nothing": "{}",
      "feedback without a block": '{"promptFeedback":{"safetyRatings":[]}}',
    };
    for (const [name, json] of Object.entries(empties)) {
      for (const method of MODEL_METHODS) {
        const expected = method === "generateContent" ? json : `data: ${json}\n\n`;
        await t.step(`${name}: ${method}`, async () => {
          await using place = await startPlace(kind, () => framed(method, wrapped(kind, json)));
          const { gateway, upstream } = place;
          const answer = await call(gateway.url, { method });
          assert.equal(answer.status, 200);
          assert.equal(await answer.text(), expected);
          assert.equal(upstream.requests.length, 3);
          const record = await gateway.waitForCall();
          assert.deepEqual([record.status, record.failure], [200, ""]);
          assert.equal(record.account, answer.headers.get("x-pollux-account"));
        });
        await t.step(`${name}: ${method}, then a good one`, async () => {
          await using place = await startPlace(
            kind,
            ({ index }) => index === 0 ? framed(method, wrapped(kind, json)) : good(kind, method),
          );
          const answer = await call(place.gateway.url, { method });
          assert.deepEqual(await messagesOf(answer), [JSON.parse(GOOD)]);
          assert.equal(answer.headers.get("x-pollux-attempts"), "2");
        });
        await t.step(`${name}: ${method}, then errors`, async () => {
          await using place = await startPlace(
            kind,
            ({ index }) =>
              index === 0
                ? framed(method, wrapped(kind, json))
                : { ...sized('{"error":{"code":503}}'), statusLine: "HTTP/1.1 503 Away" },
          );
          const answer = await call(place.gateway.url, { method });
          assert.equal(answer.status, 200);
          assert.equal(await answer.text(), expected);
        });
      }
    }
    await t.step("a blocked prompt goes out at once", async () => {
      const json = '{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{}}';
      for (const method of MODEL_METHODS) {
        await using place = await startPlace(kind, () => framed(method, wrapped(kind, json)));
        const answer = await call(place.gateway.url, { method });
        assert.deepEqual(await messagesOf(answer), [JSON.parse(json)]);
        assert.equal(place.upstream.requests.length, 1);
      }
    });
  });

  Deno.test(`What can't be read costs one call: ${kind}`, async (t) => {
    const cut = wrapped(kind, GOOD).slice(0, -9);
    const bodies = {
      "HTML": sized("<!DOCTYPE html>\n<html>\n<body>Sign in</body>\n</html>\n"),
      "HTML, close-delimited": { body: "<html>Sign in</html>" },
      "text": chunked("Welcome"),
      "no JSON": sized("{welcome}"),
      "cut JSON, with its length": sized(cut),
      "cut JSON as a whole event": chunked(`data: ${cut}\r\n\r\n`),
    };
    for (const [name, response] of Object.entries(bodies)) {
      for (const method of METHODS) {
        const isTorn = method === "streamGenerateContent" && name === "cut JSON, with its length";
        if (isTorn) continue;
        await t.step(`${name}: ${method}`, async () => {
          await using place = await startPlace(kind, () => response);
          const error = await errorOf(await call(place.gateway.url, { method }));
          assert.equal(error.code, 502);
          assert.match(error.message, /^Upstream sent what is neither JSON nor an event stream/);
          assert.doesNotMatch(error.message, /</);
          assert.equal(place.upstream.requests.length, 1);
        });
      }
    }
  });

  Deno.test(`Half a response is left for another account's: ${kind}`, async (t) => {
    const json = wrapped(kind, GOOD);
    const halves: readonly (readonly [string, Method, RawResponse])[] = [
      ["cut at an inner brace", "generateContent", {
        body: json.slice(0, json.indexOf("}") + 1),
      }],
      ["cut at the last brace but one", "generateContent", { body: json.slice(0, -1) }],
      ["cut in a string", "generateContent", { body: json.slice(0, json.indexOf("Good") + 2) }],
      ["a cut count", "countTokens", { body: '{"totalTokens":' }],
      [
        "events without a finish reason",
        "generateContent",
        sized(
          `data: ${wrapped(kind, '{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}')}\n\n`,
        ),
      ],
      ["an array that stays open", "generateContent", { body: `[${json}` }],
      ["half an event", "streamGenerateContent", chunked(`data: ${json.slice(0, -9)}`)],
      ["half a line", "streamGenerateContent", chunked("dat")],
      ["half a bare object", "streamGenerateContent", chunked(json.slice(0, -9))],
      ["half an event, close-delimited", "streamGenerateContent", {
        body: `data: ${json.slice(0, json.indexOf("}") + 1)}`,
      }],
    ];
    for (const [name, method, response] of halves) {
      await t.step(name, async () => {
        await using place = await startPlace(
          kind,
          ({ index }) => index === 0 ? response : good(kind, method),
        );
        const answer = await call(place.gateway.url, { method });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("x-pollux-attempts"), "2");
        const expected = method === "countTokens" ? COUNT : GOOD;
        assert.deepEqual(await messagesOf(answer), [JSON.parse(expected)]);
      });
    }
  });

  Deno.test(`A stream that ends without its end tells the client: ${kind}`, async (t) => {
    const event = (candidates: string) =>
      `data: ${wrapped(kind, `{"candidates":[${candidates}]}`)}\r\n\r\n`;
    const text = '"content":{"parts":[{"text":"a"}]}';
    const usage = `data: ${wrapped(kind, '{"usageMetadata":{"totalTokenCount":3}}')}\r\n\r\n`;
    const cases: readonly (readonly [string, string, "whole" | "told"])[] = [
      ["no finish reason", event(`{${text}}`), "told"],
      ["no finish reason, then counts", event(`{${text}}`) + usage, "told"],
      ["no finish reason, then [DONE]", `${event(`{${text}}`)}data: [DONE]\r\n\r\n`, "told"],
      ["a null for one", event(`{${text},"finishReason":null}`), "told"],
      [
        "one of two candidates",
        event(`{${text},"index":0,"finishReason":"STOP"},{${text},"index":1}`),
        "told",
      ],
      ["a call", event('{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]}}'), "told"],
      ["a finish reason", event(`{${text}}`) + event('{"finishReason":"STOP"}'), "whole"],
      ["a finish reason, then counts", event(`{${text},"finishReason":"STOP"}`) + usage, "whole"],
      ["a finish reason of no known name", event(`{${text},"finishReason":"NEW"}`), "whole"],
      ["a reason in every chunk", event(`{${text},"finishReason":"STOP"}`).repeat(3), "whole"],
      [
        "both of two candidates",
        event(`{${text},"index":0},{${text},"index":1}`) +
        event('{"index":1,"finishReason":"STOP"}') + event('{"finishReason":"MAX_TOKENS"}'),
        "whole",
      ],
      ["a token to go on with", event(`{${text},"continuationToken":"t"}`), "whole"],
      ["an image", event('{"content":{"parts":[{"inlineData":{"data":"AA=="}}]}}'), "whole"],
      [
        "a block",
        `${event(`{${text}}`)}data: ${
          wrapped(kind, '{"promptFeedback":{"blockReason":"OTHER"}}')
        }\n\n`,
        "whole",
      ],
    ];
    for (const [name, body, expected] of cases) {
      await t.step(name, async () => {
        await using place = await startPlace(kind, () => chunked(body));
        const { gateway } = place;
        const answer = await call(gateway.url, { method: "streamGenerateContent" });
        assert.equal(answer.status, 200);
        const last = (await messagesOf(answer)).at(-1);
        const { failure } = await gateway.waitForCall();
        if (expected === "whole") return assert.equal(failure, "");
        const error = checkedError(503, JSON.stringify(last));
        assert.match(error.message, /^Upstream's response ended without a finish reason/);
        assert.equal(failure, error.message);
      });
    }
  });

  Deno.test(`An error with 200 brings its response's Retry-After: ${kind}`, async () => {
    const body = '{"error":{"code":429,"message":"Quota is spent"}}';
    for (const method of METHODS) {
      const response = framed(method, body);
      const headers = [...response.headers ?? [], "Retry-After: 120"];
      await using place = await startPlace(
        kind,
        ({ index }) => index === 0 ? { ...response, headers } : good(kind, method),
      );
      await (await call(place.gateway.url, { method })).body?.cancel();
      const { failedTries: [failed] } = await place.gateway.waitForCall();
      assert.equal(failed?.delayMs, 120_000, method);
    }
  });

  Deno.test(`A 401 that comes with 200 is about the token where there is one: ${kind}`, async () => {
    const body = '{"error":{"code":401,"message":"Expired","status":"UNAUTHENTICATED"}}';
    for (const method of METHODS) {
      await using place = await startPlace(
        kind,
        ({ index }) => index === 0 ? framed(method, body) : good(kind, method),
        { names: ["one"] },
      );
      const answer = await call(place.gateway.url, { method });
      await answer.body?.cancel();
      assert.equal(answer.status, kind === "gemini-api" ? 401 : 200, method);
    }
  });

  Deno.test(`Bytes without content keep a stream alive once it has begun: ${kind}`, async () => {
    const begun = wrapped(kind, '{"candidates":[{"content":{"parts":[{"text":"Begun"}]}}]}');
    const alive = Array.from({ length: 12 }, () => ": keep-alive\r\n\r\n");
    const body = [`data: ${begun}\r\n\r\n`, ...alive, `data: ${wrapped(kind, GOOD)}\r\n\r\n`];
    await using place = await startPlace(kind, () => ({ body, pauseMs: 250 }), {
      settings: { timeouts: { idleMs: 1500 } },
    });
    const answer = await call(place.gateway.url, { method: "streamGenerateContent" });
    const [first, last] = await messagesOf(answer);
    assert.ok(first && JSON.stringify(last) === JSON.stringify(JSON.parse(GOOD)));
    assert.equal((await place.gateway.waitForCall()).failure, "");
  });

  Deno.test(`Bytes without content do not put off the first content's limit: ${kind}`, async () => {
    const body = Array.from({ length: 400 }, () => ": keep-alive\r\n\r\n");
    await using place = await startPlace(kind, () => ({ body, pauseMs: 50 }), {
      names: ["one"],
      settings: { timeouts: { firstByteMs: 800 }, routing: { maxAttempts: 1 } },
    });
    const asked = call(place.gateway.url, { method: "streamGenerateContent" });
    const error = await errorOf(await within(15_000, asked, { what: "The error" }));
    assert.equal(error.code, 504);
    assert.equal(error.message, "Upstream sent no content for 0.8 s");
  });
}
