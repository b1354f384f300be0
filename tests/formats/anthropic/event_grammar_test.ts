import assert from "node:assert/strict";
import { readExchanges } from "../../recordings/exchanges.ts";
import { checkStream } from "./event_grammar.ts";

const START = 'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1",' +
  '"type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,' +
  '"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1,' +
  '"cache_read_input_tokens":0,"cache_creation_input_tokens":0}}}\n\n';
const END = 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":' +
  '"end_turn","stop_sequence":null},"usage":{"input_tokens":1,"output_tokens":1,' +
  '"cache_read_input_tokens":0,"cache_creation_input_tokens":0}}\n\n' +
  'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const STOP = 'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n';

Deno.test("checkStream() accepts every recorded stream of Anthropic's", async () => {
  const streams = (await readExchanges("anthropic"))
    .map(({ response }) => response)
    .filter((response) => typeof response === "string");
  assert.ok(streams.length >= 10);
  for (const stream of streams) checkStream(stream);
});

Deno.test("checkStream() rejects a stream that breaks the grammar", () => {
  checkStream(START + END);
  for (const stream of ["", START, END, START + STOP + END, START + END + STOP]) {
    assert.throws(() => checkStream(stream), assert.AssertionError);
  }
});
