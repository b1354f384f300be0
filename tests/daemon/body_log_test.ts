/** Bodies in the log: none without an end, and none after it. @module */
import assert from "node:assert/strict";
import { BodyLog } from "../../src/daemon/body_log.ts";

const encoder = new TextEncoder();

/** A log of bodies, what it wrote, and what it warned of. */
function record() {
  const lines: string[] = [];
  const warnings: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const log = new BodyLog({
    logger: { write: (level, message) => void lines.push(`${level}: ${message.join("")}`) },
    warn(message) {
      warnings.push(message);
      if (message.includes("no longer")) resolve();
    },
  });
  function take(body: Uint8Array): void {
    log.log({ requestId: "r-1" }, body);
  }
  return { log, lines, warnings, ended, take };
}

function afterMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

Deno.test("BodyLog logs no body without an end", () => {
  const { log, lines, warnings, take } = record();
  using _log = log;
  take(encoder.encode("{}"));
  log.change(undefined);
  take(encoder.encode("{}"));
  assert.deepEqual([lines, warnings], [[], []]);
});

Deno.test("BodyLog logs bodies at debug until the end, with a warning at the start and at the end", async () => {
  const { log, lines, warnings, ended, take } = record();
  using _log = log;
  log.change(afterMs(200));
  assert.equal(warnings.length, 1);
  take(encoder.encode('{"contents":[]}'));
  assert.deepEqual(lines, ['debug: Body of request r-1, 15 bytes: {"contents":[]}']);
  await ended;
  take(encoder.encode("{}"));
  assert.equal(lines.length, 1);
  assert.deepEqual(warnings, [
    "Request bodies are logged until {until}",
    "Request bodies are no longer logged; the end was {until}",
  ]);
});

Deno.test("BodyLog ends at once when the end is taken away, and takes over another", () => {
  const { log, lines, warnings, take } = record();
  using _log = log;
  const far = "2999-01-01T00:00:00Z";
  log.change(far);
  log.change(far);
  assert.equal(warnings.length, 1);
  log.change("2998-01-01T00:00:00Z");
  log.change(undefined);
  take(encoder.encode("{}"));
  assert.deepEqual(lines, []);
  assert.equal(warnings.length, 3);
});

Deno.test("BodyLog logs no body where the end is over, with one warning at each change", () => {
  const { log, lines, warnings, take } = record();
  using _log = log;
  const over = "2020-01-31T18:00:00Z";
  const warning = `log.bodies_until names a time in the past, "${over}": no bodies are logged, ` +
    "and the setting can be removed";
  log.change(over);
  take(encoder.encode("{}"));
  assert.deepEqual(warnings, [warning]);
  log.change("2999-01-01T00:00:00Z");
  log.change(over);
  take(encoder.encode("{}"));
  log.change(undefined);
  assert.deepEqual(warnings, [warning, "Request bodies are logged until {until}", warning]);
  assert.deepEqual(lines, []);
});

Deno.test("BodyLog logs the first 16 KiB, and no half of a character", () => {
  const { log, lines, take } = record();
  using _log = log;
  log.change(afterMs(3_600_000));
  take(encoder.encode("a" + "é".repeat(10_000)));
  const [line = ""] = lines;
  assert.match(line, /^debug: Body of request r-1, the first 16384 of 20001 bytes: aé+$/);
  assert.equal(line.split("bytes: ")[1]?.length, 1 + 8191);
});
