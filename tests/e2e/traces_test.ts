/**
 * Traces and metrics that `pollux serve` sends by OpenTelemetry, received as a collector receives them. From source
 * they are Deno's own, in the executable those of OpenTelemetry's packages.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { hasPlanted } from "../../scripts/find_planted.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { call } from "../support/gemini_call.ts";
import { handIn } from "../support/hand_in.ts";
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from "../support/otlp_receiver.ts";
import { planted } from "../support/planted.ts";
import {
  EXECUTABLE,
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../support/pollux_process.ts";
import { rawRequest } from "../support/raw_http.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";

const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

const MODEL = "gemini-2.5-flash";
const GATEWAY_KEY = planted("gateway-key-of-traces");
const PROMPT = planted("prompt");
/** A key that the gateway does not know: the log of the machine may show it where a client took it for a path. */
const UNKNOWN_KEY = "AIzaSy-of-somebody-else";

/** A gateway that sends to a receiver. */
class Bed {
  readonly folder = tempFolder();
  readonly receiver: OtlpReceiver = startOtlpReceiver();
  readonly emulator: Emulator;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
  }

  options(env: Readonly<Record<string, string>> = {}): PolluxOptions {
    return {
      dataDir: `${this.folder.path}/data`,
      env: {
        OTEL_DENO: "true",
        OTEL_SERVICE_NAME: "pollux-of-test",
        OTEL_EXPORTER_OTLP_ENDPOINT: this.receiver.url,
        OTEL_BSP_SCHEDULE_DELAY: "200",
        ...env,
      },
    };
  }

  /** Adds an account of the Gemini API; a higher priority is used first. */
  async addKey(name: string, priority = 0): Promise<void> {
    const env = { KEY: this.emulator.addApiKey(name) };
    const { dataDir } = this.options();
    const words = ["accounts", "add", "gemini-api", name, "--key-env", "KEY"];
    const added = await runPollux([...words, "--base-url", this.emulator.url], { dataDir, env });
    assert.equal(added.code, 0, added.stderr);
    const edit = ["accounts", "edit", name, "--priority", String(priority)];
    assert.equal((await runPollux(edit, { dataDir })).code, 0);
  }

  /** Waits for spans. */
  async spans(isMeant: (span: ReceivedSpan) => boolean, count = 1): Promise<ReceivedSpan[]> {
    const found = () => this.receiver.spans.filter(isMeant);
    await until(() => found().length >= count, { what: `Span ${isMeant}` });
    return found();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.receiver[Symbol.asyncDispose]();
    await this.emulator.close();
    this.folder[Symbol.dispose]();
  }
}

/** Stops a gateway, which sends its metrics then: by default it does once a minute. */
async function stop(gateway: Gateway): Promise<string> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  return stderr;
}

async function bedWith(...names: readonly string[]): Promise<Bed> {
  const bed = new Bed(await startEmulator());
  for (const [nth, name] of names.entries()) await bed.addKey(name, names.length - nth);
  return bed;
}

for (const protocol of ["http/protobuf", "http/json"]) {
  Deno.test(`A call has a span, and one for each attempt, over ${protocol}`, async () => {
    await using bed = await bedWith("first", "second");
    bed.emulator.script("first", ["429-daily"]);
    await using gateway = await startGateway(
      bed.options({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }),
    );
    const response = await call(gateway.url, {
      query: "?key=unused&alt=sse&alt=other",
      headers: { traceparent: TRACEPARENT, baggage: "user=somebody" },
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const { responseId, modelVersion, candidates } = JSON.parse(text);
    const [server] = await bed.spans(({ kind, traceId }) => kind === SERVER && traceId === TRACE);
    const attempts = await bed.spans(
      ({ kind, traceId }) => kind === CLIENT && traceId === TRACE,
      2,
    );
    assert.ok(server !== undefined && attempts.length === 2);
    assert.equal(server.parentSpanId, PARENT);
    assert.equal(server.name, "POST /v1beta/models/{model}:generateContent");
    assert.equal(server.resource["service.name"], "pollux-of-test");
    assert.deepEqual(
      {
        ...server.attributes,
        "http.response.status_code": Number(server.attributes["http.response.status_code"]),
      },
      {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.route": "/v1beta/models/{model}:generateContent",
        "url.path": `/v1beta/models/${MODEL}:generateContent`,
        "url.query": "alt=sse",
        "url.scheme": "http",
        "pollux.request_id": response.headers.get("x-request-id"),
        "pollux.key": "open",
        "pollux.account": "second",
        "pollux.model": MODEL,
      },
    );
    const [failed, good] = attempts.toSorted((a, b) => a.startNs < b.startNs ? -1 : 1);
    assert.ok(failed !== undefined && good !== undefined);
    const { hostname, port } = new URL(bed.emulator.url);
    const common = {
      "gen_ai.operation.name": "generate_content",
      "gen_ai.provider.name": "gcp.gemini",
      "gen_ai.request.model": MODEL,
      "server.address": hostname,
      "server.port": Number(port),
    };
    for (const span of [failed, good]) {
      assert.equal(span.name, `generate_content ${MODEL}`);
      assert.equal(span.parentSpanId, server.spanId);
      assert.equal(span.scope, "pollux");
      assert.ok(span.endNs >= span.startNs && span.startNs >= server.startNs);
    }
    const { "gen_ai.conversation.id": conversation, ...first } = failed.attributes;
    assert.match(String(conversation), /^[\w-]{12}$/);
    assert.deepEqual(first, {
      ...common,
      "pollux.account": "first",
      "pollux.attempt": 1,
      "error.type": "RESOURCE_EXHAUSTED",
    });
    assert.deepEqual([failed.status, failed.message], [ERROR, ""]);
    const usage = bed.emulator.counted().find(({ account }) => account === "second") ??
      assert.fail("No usage");
    assert.deepEqual(good.attributes, {
      ...common,
      "gen_ai.conversation.id": conversation,
      "pollux.account": "second",
      "pollux.attempt": 2,
      "gen_ai.usage.input_tokens": usage.prompt,
      "gen_ai.usage.output_tokens": usage.output,
      "gen_ai.response.id": responseId,
      "gen_ai.response.model": modelVersion,
      "gen_ai.response.finish_reasons": [candidates[0].finishReason.toLowerCase()],
    });
    assert.notEqual(good.status, ERROR);
    await stop(gateway);
    const tokens = bed.receiver.points("gen_ai.client.token.usage");
    assert.deepEqual(
      Object.fromEntries(
        tokens.map(({ attributes, sum }) => [attributes["gen_ai.token.type"], sum]),
      ),
      { input: usage.prompt, output: usage.output },
    );
    const durations = bed.receiver.points("gen_ai.client.operation.duration");
    assert.deepEqual(
      durations.map(({ attributes, count, unit }) => [attributes["error.type"], count, unit])
        .toSorted(),
      [[undefined, 1, "s"], ["RESOURCE_EXHAUSTED", 1, "s"]],
    );
    assert.equal(durations[0]?.bounds.at(-1), 81.92);
    assert.equal(bed.receiver.points("gen_ai.client.inference.duration").length, 0);
    const expected = protocol === "http/json" ? "application/json" : "application/x-protobuf";
    assert.deepEqual([...bed.receiver.types], [expected]);
    // Google gets to know nothing of it.
    for (const { headers } of bed.emulator.requests) {
      assert.deepEqual([
        headers.get("traceparent"),
        headers.get("tracestate"),
        headers.get("baggage"),
      ], [
        null,
        null,
        null,
      ]);
    }
  });
}

Deno.test("What a receiver gets has no key, proof, token, address or prompt in it", async () => {
  await using bed = await bedWith("first");
  const { emulator, receiver } = bed;
  // Whoever acts as a service account calls an address with its e-mail address in it.
  const source = emulator.addServiceAccount("source");
  const file = emulator.federation.addImpersonated("acting", { actor: "source", source });
  const path = handIn(bed.folder.path, { name: "acting.json", text: JSON.stringify(file) });
  const options = bed.options({ POLLUX_AUTH_API_KEY: GATEWAY_KEY });
  const words = ["accounts", "add", "vertex", "acting", "--credentials", path];
  const place = ["--location", "us-central1", "--project", "acting-project"];
  const added = await runPollux([...words, ...place, "--base-url", emulator.url], {
    dataDir: options.dataDir,
  });
  assert.equal(added.code, 0, added.stderr);
  const made = await runPollux(["keys", "create", "anna", "--json"], options);
  const clientKey: string = JSON.parse(made.stdout).key;
  await using gateway = await startGateway(options);
  const secrets = [GATEWAY_KEY, clientKey, UNKNOWN_KEY];
  const headers = { traceparent: TRACEPARENT, baggage: `user=${planted("baggage")}` };
  for (const key of [GATEWAY_KEY, clientKey, planted("wrong-key")]) {
    for (const method of ["generateContent", "streamGenerateContent"] as const) {
      const query = `?key=${encodeURIComponent(key)}&alt=sse&access_token=${planted("token")}`;
      await (await call(gateway.url, { method, query, headers, text: PROMPT })).text();
      await (await call(gateway.url, { method, headers: { ...headers, "x-goog-api-key": key } }))
        .text();
    }
  }
  const withKey = { "x-goog-api-key": GATEWAY_KEY };
  for (const key of [GATEWAY_KEY, clientKey, UNKNOWN_KEY]) {
    for (
      const path of [`/${key}`, `/v1beta/x%3Fkey=${key}`, `/${key}?${key}`, `/v1beta/files/${key}`]
    ) {
      await (await fetch(`${gateway.url}${path}`, { headers: withKey })).body?.cancel();
    }
  }
  for (const model of [GATEWAY_KEY, clientKey]) {
    await (await call(gateway.url, { model, headers: withKey })).body?.cancel();
  }
  const upload = await fetch(`${gateway.url}/upload/v1beta/files?key=${GATEWAY_KEY}`, {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
    body: JSON.stringify({ file: { displayName: planted("file") } }),
  });
  assert.equal(upload.status, 200, await upload.text());
  const address = new URL(upload.headers.get("x-goog-upload-url") ?? assert.fail("No address"));
  secrets.push(address.searchParams.get("upload_id") ?? assert.fail("No proof"));
  const sent = await fetch(address, {
    method: "POST",
    headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
    body: planted("bytes"),
  });
  assert.equal(sent.status, 200, await sent.text());
  // Deno reads the address of a request before Pollux does.
  const { port } = new URL(gateway.url);
  const malformed = await rawRequest(
    Number(port),
    `GET /x?key=${GATEWAY_KEY} HTTP/1.1\r\nHost: 127.999.1.1\r\nConnection: close\r\n\r\n`,
  );
  assert.equal(malformed.status, 400, malformed.body);
  const last = await fetch(`${gateway.url}/healthz`, { headers: { traceparent: TRACEPARENT } });
  await last.body?.cancel();
  await bed.spans(({ name }) => name === "GET /healthz");
  await bed.spans(({ name }) => name === "POST /upload/v1beta/files");
  // New keys are printed, and the console is observed.
  const rotated = await runPollux(["keys", "create", "bert", "--json"], options);
  secrets.push(JSON.parse(rotated.stdout).key);
  assert.doesNotMatch(await stop(gateway), /127\.999/);
  assert.deepEqual(emulator.requests.filter(({ headers }) => headers.has("traceparent")), []);
  assert.deepEqual(emulator.requests.filter(({ headers }) => headers.has("baggage")), []);
  assert.ok(emulator.requests.some(({ path }) => path.includes(":generateAccessToken")));
  assert.ok(!hasPlanted(Buffer.from(receiver.raw)), "A planted text was sent");
  for (const secret of secrets) {
    assert.ok(!receiver.raw.includes(secret), `Sent: ${secret}`);
    assert.ok(!receiver.raw.includes(encodeURIComponent(secret)));
  }
  assert.doesNotMatch(receiver.raw, /[\w.-]@[\w-]+\.|%40|generateAccessToken/);
});

Deno.test("The GenAI metrics of the newest conventions come where the environment asks for them", async () => {
  await using bed = await bedWith("first");
  await using gateway = await startGateway(
    bed.options({ OTEL_SEMCONV_STABILITY_OPT_IN: "http, gen_ai_latest_experimental" }),
  );
  const stream = await call(gateway.url, { method: "streamGenerateContent" });
  await stream.text();
  const unknown = await call(gateway.url, { model: "no-such-model" });
  assert.equal(unknown.status, 404, await unknown.text());
  await (await call(gateway.url, { method: "countTokens" })).text();
  const name = "gen_ai.client.inference.";
  await stop(gateway);
  const counted = bed.receiver.points(`${name}duration`);
  assert.deepEqual(
    counted.map(({ attributes, count }) => [attributes["gen_ai.request.model"], count])
      .toSorted(),
    [[MODEL, 1], ["other", 1]],
  );
  const usage = bed.emulator.counted().find(({ method }) => method === "streamGenerateContent") ??
    assert.fail("No usage");
  for (const [metric, sum] of Object.entries({ input: usage.prompt, output: usage.output })) {
    const all = bed.receiver.points(`${name}usage.${metric}_tokens`);
    assert.equal(all.reduce((total, point) => total + point.sum, 0), sum);
    // A failed call counts nothing, of no known modality.
    const failed = all.filter(({ attributes }) => attributes["error.type"] === "NOT_FOUND");
    assert.deepEqual(
      failed.map(({ attributes, sum }) => [attributes["gen_ai.token.modality"], sum]),
      [
        ["unknown", 0],
      ],
    );
    const [whole] = bed.receiver.points(`${name}operation.${metric}_tokens`);
    assert.equal(whole?.sum, sum);
  }
  assert.equal(bed.receiver.points(`${name}time_to_first_chunk`)[0]?.count, 1);
  // This metric is that of all operations.
  const operations = bed.receiver.points("gen_ai.client.operation.duration")
    .map(({ attributes }) => attributes["gen_ai.operation.name"]);
  assert.deepEqual(new Set(operations), new Set(["generate_content", "countTokens"]));
});

Deno.test("Nothing is sent where OpenTelemetry is not on, whatever else the environment says", async () => {
  await using bed = await bedWith("first");
  for (const env of [{ OTEL_DENO: "false" }, { OTEL_SDK_DISABLED: "true" }]) {
    await using gateway = await startGateway(bed.options(env));
    await (await call(gateway.url)).text();
    await stop(gateway);
  }
  assert.deepEqual([...bed.receiver.paths], []);
});

Deno.test("A gateway whose receiver is gone serves, and stops in time", async () => {
  await using bed = await bedWith("first");
  await using gateway = await startGateway(
    bed.options({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" }),
  );
  const response = await call(gateway.url);
  assert.equal(response.status, 200, await response.text());
  if (EXECUTABLE !== undefined) await gateway.logged(/Cannot send OpenTelemetry data/);
  await stop(gateway);
});
