/**
 * A client that reads the stream that it asked for, event by event, and may leave at any of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { call } from "../support/gemini_call.ts";

/** One stream, as its client sees it. */
export class StreamClient {
  readonly #leaving = new AbortController();
  readonly #expected: string;
  readonly #response: Promise<Response>;
  #reader: ReadableStreamDefaultReader<string> | undefined;
  #unread = "";
  #text = "";
  /** Unlike its text, a response's id tells its very first words from another's. */
  #responseId: string | undefined;

  /**
   * Asks at once.
   *
   * @param prompt The emulator's answer repeats it, up to 300 characters.
   */
  constructor(gatewayUrl: string, prompt: string) {
    this.#expected = "This answer is made up by an emulator in place of gemini-2.5-flash. " +
      `You said: "${prompt}".`;
    this.#response = call(gatewayUrl, {
      method: "streamGenerateContent",
      query: "?alt=sse",
      text: prompt,
      signal: this.#leaving.signal,
    });
    // Who leaves before the response comes does not want it any more.
    this.#response.catch(() => {});
  }

  /**
   * Reads so many events, or all that are left.
   *
   * @throws {Error} When the stream breaks, or holds another's text.
   */
  async read(events = Infinity): Promise<void> {
    for (let count = 0; count < events; count++) {
      const event = await this.#next();
      if (event === undefined) break;
      const { candidates, responseId } = JSON.parse(event.slice("data: ".length));
      this.#responseId ??= responseId;
      assert.ok(responseId, "It has an event without an id");
      assert.equal(responseId, this.#responseId, "It has an event of another answer");
      this.#text += candidates[0].content.parts[0].text;
      assert.ok(this.#expected.startsWith(this.#text), `"${this.#text}" is no answer of its own`);
    }
  }

  /** Reads what is left, which has to be the whole response's rest. */
  async readToEnd(): Promise<void> {
    await this.read();
    assert.equal(this.#text, this.#expected);
  }

  /** Hangs up. */
  leave(): void {
    this.#leaving.abort();
    // Deno lets go of the link from a signal to a response that has begun when it collects garbage.
    this.#reader?.cancel().catch(() => {});
  }

  async #next(): Promise<string | undefined> {
    this.#reader ??= await this.#open();
    while (true) {
      const end = this.#unread.indexOf("\n\n");
      if (end >= 0) {
        const event = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 2);
        return event;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#unread += value;
    }
  }

  async #open(): Promise<ReadableStreamDefaultReader<string>> {
    const { status, body } = await this.#response;
    assert.ok(status === 200 && body !== null, `It was answered ${status}`);
    return body.pipeThrough(new TextDecoderStream()).getReader();
  }
}
