/** Errors that Google reports within the events of an interaction. @module */
import assert from "node:assert/strict";
import { startTestGateway } from "../../support/gateway.ts";
import { sse, startInteractions } from "../../support/interactions_upstream.ts";

const CREATED = 'data: {"interaction":{"id":"v1_q"},"event_type":"interaction.created"}\n\n';
const ERROR =
  'data: {"event_type":"error","error":{"code":"rate_limit_exceeded","message":"slow"}}\n\n';

Deno.test("An account whose quota ends within a stream rests, however the events arrive", async () => {
  const encoder = new TextEncoder();
  const streams = [
    () => sse(CREATED + ERROR),
    () =>
      sse(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(encoder.encode(CREATED));
            await new Promise((resolve) => setTimeout(resolve, 50));
            controller.enqueue(encoder.encode(ERROR));
            controller.close();
          },
        }),
      ),
  ];
  for (const stream of streams) {
    await using upstream = startInteractions("one", {
      instead: ({ method }) => method === "POST" ? stream() : undefined,
    });
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", key: "planted-key", baseUrls: [upstream.url] }],
    });
    const statuses: number[] = [];
    for (let nth = 0; nth < 2; nth++) {
      const response = await fetch(`${gateway.url}/v1beta/interactions`, {
        method: "POST",
        body: JSON.stringify({ model: "gemini-2.5-flash", input: "hi", stream: true }),
      });
      await response.text();
      statuses.push(response.status);
    }
    assert.deepEqual(statuses, [200, 429]);
  }
});
