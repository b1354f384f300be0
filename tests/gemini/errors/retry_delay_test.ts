/** Where upstream's errors say when to come back, and which place is believed. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type RpcDetail, RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { retryDelayMs } from "../../../src/gemini/errors/retry_delay.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0);

const HELP: RpcDetail = { "@type": "type.googleapis.com/google.rpc.Help", links: [] };

function retryInfo(retryDelay: unknown): RpcDetail {
  return { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay };
}

function errorInfo(metadata: unknown): RpcDetail {
  return {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "QUOTA_EXHAUSTED",
    metadata,
  };
}

/** The delay of an error with this message and these details. */
function delay(message: string, ...details: RpcDetail[]): number | undefined {
  return retryDelayMs(new RpcError("RESOURCE_EXHAUSTED", message, { details }), { nowMs: NOW_MS });
}

/** The delay of an error that says nothing, with this header. */
function headerDelay(retryAfterHeader: string): number | undefined {
  return retryDelayMs(new RpcError("UNAVAILABLE", "Overloaded"), {
    nowMs: NOW_MS,
    retryAfterHeader,
  });
}

Deno.test("retryDelayMs() believes the sources in their order", () => {
  const sources: { message?: string; detail?: RpcDetail; ms: number }[] = [
    { detail: retryInfo("1s"), ms: 1_000 },
    { detail: errorInfo({ quotaResetDelay: "2s" }), ms: 2_000 },
    { detail: errorInfo({ quotaResetTimeStamp: "2026-11-22T12:00:03Z" }), ms: 3_000 },
    { message: "Please retry in 4s.", ms: 4_000 },
    { message: "Your quota will reset after 5s.", ms: 5_000 },
  ];
  for (const [rank, { ms }] of sources.entries()) {
    // Weaker sources stand first, so that reading in the body's order would give another delay.
    const present = sources.slice(rank).toReversed();
    const message = present.map((source) => source.message ?? "").join(" ");
    const details = present.flatMap((source) => source.detail ?? []);
    const error = new RpcError("RESOURCE_EXHAUSTED", message, { details });
    assert.equal(retryDelayMs(error, { nowMs: NOW_MS, retryAfterHeader: "6" }), ms, `rank ${rank}`);
  }
  assert.equal(headerDelay("6"), 6_000);
});

Deno.test("retryDelayMs() finds a detail behind any others", () => {
  assert.equal(delay("", HELP, errorInfo({ model: "m" }), retryInfo("56s")), 56_000);
  assert.equal(
    delay("", errorInfo({ a: "b" }), HELP, errorInfo({ quotaResetDelay: "9h22m20s" })),
    33_740_000,
  );
});

Deno.test("retryDelayMs() goes on to the next source when one cannot be read", () => {
  assert.equal(delay("", retryInfo("soon"), retryInfo("7s")), 7_000);
  assert.equal(delay("", retryInfo("-3s"), errorInfo({ quotaResetDelay: "8s" })), 8_000);
  assert.equal(
    delay("Please retry in 4s", retryInfo(null), errorInfo(null), errorInfo("x")),
    4_000,
  );
  assert.equal(delay("", retryInfo(12), errorInfo({ quotaResetTimeStamp: "tomorrow" })), undefined);
});

Deno.test("retryDelayMs() reads the sentences of Google's messages", () => {
  const messages: Record<string, number> = {
    "You exceeded your current quota.\nPlease retry in 56.185908122s.": 56_186,
    "Please retry in 708.5ms": 709,
    "You have exhausted your capacity on this model. Your quota will reset after 19h14m47s.":
      69_287_000,
    "Quota resets in 1h2m3s, or upgrade": 3_723_000,
  };
  for (const [message, ms] of Object.entries(messages)) assert.equal(delay(message), ms, message);
  assert.equal(delay("Resource has been exhausted (e.g. check quota)."), undefined);
  assert.equal(delay("Please retry in a moment"), undefined);
});

Deno.test("retryDelayMs() rounds up, so that nobody comes back too early", () => {
  assert.equal(delay("", errorInfo({ quotaResetDelay: "539.477544ms" })), 540);
  assert.equal(delay("", retryInfo("0s")), 0);
});

Deno.test("retryDelayMs() gives 0 when the reset is past", () => {
  assert.equal(delay("", errorInfo({ quotaResetTimeStamp: "2026-11-22T11:00:00.123456789Z" })), 0);
  assert.equal(headerDelay("Sun, 22 Nov 2026 11:59:59 GMT"), 0);
});

Deno.test("retryDelayMs() reads Retry-After as RFC 9110 has it, whatever the local time zone", () => {
  assert.equal(headerDelay("120"), 120_000);
  assert.equal(headerDelay(" 0 "), 0);
  assert.equal(headerDelay("Sun, 22 Nov 2026 12:00:30 GMT"), 30_000);
  assert.equal(headerDelay("Sunday, 22-Nov-26 12:00:30 GMT"), 30_000);
  assert.equal(headerDelay("Sun Nov 22 12:00:30 2026"), 30_000);
  assert.equal(headerDelay("Tue Dec  1 12:00:00 2026"), 9 * 86_400_000);
});

Deno.test("retryDelayMs() ignores a Retry-After that is neither seconds nor an HTTP date", () => {
  const others = ["", "soon", "-1", "1.5", "12s", "2026-11-22", "Sun, 99 Nov 2026 12:00:30 GMT"];
  others.push("Sun, 22 Foo 2026 12:00:30 GMT", "Sun, 22 Nov 2026 12:00:30 PST", "9".repeat(400));
  for (const header of others) assert.equal(headerDelay(header), undefined, header);
});

Deno.test("retryDelayMs() gives whole ms, or undefined, for any error", () => {
  const detail = fc.oneof(
    fc.jsonValue().map(retryInfo),
    fc.string().map(retryInfo),
    fc.record({ quotaResetDelay: fc.jsonValue(), quotaResetTimeStamp: fc.string() }).map(errorInfo),
    fc.jsonValue().map(errorInfo),
  );
  const inputs = [fc.string(), fc.array(detail), fc.string()] as const;
  fc.assert(fc.property(...inputs, (message, details, retryAfterHeader) => {
    const error = new RpcError("RESOURCE_EXHAUSTED", message, { details });
    const ms = retryDelayMs(error, { nowMs: NOW_MS, retryAfterHeader });
    assert.ok(ms === undefined || (Number.isInteger(ms) && ms >= 0));
  }));
});

Deno.test("retryDelayMs() takes no delay for longer than 31 days", () => {
  const most = 31 * 86_400_000;
  const nines = "9".repeat(100);
  assert.equal(headerDelay("31536000"), most);
  assert.equal(headerDelay(nines), most);
  assert.equal(headerDelay("Sun, 22 Nov 9999 12:00:00 GMT"), most);
  assert.equal(delay("", retryInfo(`${nines}s`)), most);
  assert.equal(delay("", errorInfo({ quotaResetDelay: `${nines}d` })), most);
  assert.equal(delay("", errorInfo({ quotaResetTimeStamp: "9999-12-31T23:59:59Z" })), most);
  assert.equal(delay(`Please retry in ${nines}s.`), most);
  assert.equal(delay("Your quota will reset after 168h59m59s."), 608_399_000);
});
