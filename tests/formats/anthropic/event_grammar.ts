/**
 * Anthropic's grammar of events: which events a stream has, with which fields, in which order.
 *
 * @see {@link https://docs.anthropic.com/en/docs/build-with-claude/streaming}
 * @module
 */
import assert from "node:assert/strict";
import * as z from "zod";

/** The deltas that each kind of block may have. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ["text_delta", "citations_delta"],
  thinking: ["thinking_delta", "signature_delta"],
  tool_use: ["input_json_delta"],
  server_tool_use: ["input_json_delta"],
  mcp_tool_use: ["input_json_delta"],
};

const usage = z.looseObject({
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
  cache_read_input_tokens: z.int().min(0),
  cache_creation_input_tokens: z.int().min(0),
});

const index = z.int().min(0);

const eventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message_start"),
    message: z.looseObject({
      id: z.string().startsWith("msg_"),
      type: z.literal("message"),
      role: z.literal("assistant"),
      model: z.string().min(1),
      content: z.array(z.never()),
      stop_reason: z.null(),
      stop_sequence: z.null(),
      usage,
    }),
  }),
  z.strictObject({ type: z.literal("ping") }),
  z.strictObject({
    type: z.literal("content_block_start"),
    index,
    content_block: z.looseObject({ type: z.string() }),
  }),
  z.strictObject({
    type: z.literal("content_block_delta"),
    index,
    delta: z.looseObject({ type: z.string() }),
  }),
  z.strictObject({ type: z.literal("content_block_stop"), index }),
  z.looseObject({
    type: z.literal("message_delta"),
    delta: z.looseObject({ stop_reason: z.string(), stop_sequence: z.string().nullable() }),
    usage,
  }),
  z.strictObject({ type: z.literal("message_stop") }),
]);

/** One event. */
export type GrammarEvent = z.infer<typeof eventSchema>;

/**
 * The events of a stream.
 *
 * @throws {assert.AssertionError} If a frame is not exactly an event's name and its data, or they differ.
 */
export function eventsOf(stream: string): GrammarEvent[] {
  if (stream === "") return [];
  assert.ok(stream.endsWith("\n\n"), "the last frame is not complete");
  return stream.slice(0, -2).split("\n\n").map((frame) => {
    const [, name, data] = /^event: (\w+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
    assert.ok(name && data, `no frame: ${frame}`);
    const event = eventSchema.parse(JSON.parse(data));
    assert.equal(event.type, name);
    return event;
  });
}

/** Asserts that a stream is a whole message; returns its events. */
export function checkStream(stream: string): GrammarEvent[] {
  const events = eventsOf(stream);
  checkEvents(events);
  return events;
}

/** Asserts that events are a whole message. */
export function checkEvents(events: readonly GrammarEvent[]): void {
  const [first] = events;
  assert.equal(first?.type, "message_start", "a message begins with message_start");
  const counted = events.slice(1).filter(({ type }) => type !== "ping");
  assert.deepEqual(counted.slice(-2).map(({ type }) => type), ["message_delta", "message_stop"]);
  let next = 0;
  let open: { readonly type: string; isSigned: boolean; json: string } | undefined;
  for (const event of counted.slice(0, -2)) {
    switch (event.type) {
      case "content_block_start":
        assert.equal(open, undefined, "a block begins before the last one ended");
        assert.equal(event.index, next);
        checkStart(event.content_block);
        open = { type: event.content_block.type, isSigned: false, json: "" };
        break;
      case "content_block_delta": {
        assert.ok(open, "a delta outside of a block");
        assert.equal(event.index, next);
        const { type, partial_json } = event.delta;
        assert.ok(DELTAS[open.type]?.includes(type), `${type} in a block of ${open.type}`);
        assert.ok(!open.isSigned, "a delta after the signature");
        open.isSigned = type === "signature_delta";
        if (type === "input_json_delta") open.json += String(partial_json);
        break;
      }
      case "content_block_stop":
        assert.ok(open, "a block ends that did not begin");
        assert.equal(event.index, next++);
        if (open.json !== "") assert.equal(typeof JSON.parse(open.json), "object");
        open = undefined;
        break;
      default:
        assert.fail(`${event.type} amid the blocks`);
    }
  }
  assert.equal(open, undefined, "the last block did not end");
}

/** A block begins empty, but for those that have no deltas. */
function checkStart(block: Readonly<Record<string, unknown>>): void {
  if (block.type === "text") assert.equal(block.text, "");
  if (block.type === "thinking") {
    assert.equal(block.thinking, "");
    assert.equal(block.signature, "");
  }
  if (block.type === "tool_use" || block.type === "server_tool_use") {
    assert.deepEqual(block.input, {});
    assert.match(String(block.id), /^(srv)?toolu_[A-Za-z0-9_-]+$/);
  }
}
