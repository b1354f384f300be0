/**
 * A client of Live sessions that keeps what arrives until a test reads it.
 *
 * @module
 */
import type { JsonObject } from "../../src/base/json.ts";
import { within } from "./deadline.ts";

/** How a socket was closed. */
export interface Closed {
  /** Deno has 0 for a connection that broke. */
  readonly code: number;
  readonly reason: string;
}

/** Path of the Gemini API's Live sessions. */
export const LIVE_PATH =
  "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

/** Path of sessions that an ephemeral token opens. */
export const CONSTRAINED_PATH =
  "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained";

/** A setup that every emulated server accepts. */
export const SETUP: JsonObject = {
  model: "models/gemini-3.8-live",
  generationConfig: { responseModalities: ["TEXT"] },
};

/** Longest wait, in ms. */
const LIMIT_MS = 30_000;

/** One socket. */
export class LiveClient implements AsyncDisposable {
  /** Settles when the socket is closed. */
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #messages: MessageEvent[] = [];
  #arrived = Promise.withResolvers<void>();

  /**
   * Opens a socket.
   *
   * @param url Of `http:` or `https:`.
   * @param headers More headers of the upgrade.
   * @param client What connects; undefined for Deno's default.
   */
  constructor(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    client?: Deno.HttpClient,
  ) {
    const closed = Promise.withResolvers<Closed>();
    this.closed = within(LIMIT_MS, closed.promise, { what: "The close" });
    this.closed.catch(() => {});
    this.#opened.promise.catch(() => {});
    this.#socket = new WebSocket(url.replace(/^http/, "ws"), {
      headers: { ...headers },
      ...(client === undefined ? {} : { client }),
    });
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#opened.resolve();
    this.#socket.onmessage = (message) => {
      this.#messages.push(message);
      this.#arrived.resolve();
    };
    this.#socket.onerror = (event) => {
      this.#opened.reject(new Error(event instanceof ErrorEvent ? event.message : "No socket"));
    };
    this.#socket.onclose = ({ code, reason }) => {
      closed.resolve({ code, reason });
      this.#arrived.resolve();
    };
  }

  /** Resolves when the socket is open; rejects if it is refused. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Sends a message; text and bytes are sent as they are. */
  async send(message: JsonObject | string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.opened;
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    this.#socket.send(isRaw ? message : JSON.stringify(message));
  }

  /** Returns the next frame. */
  async nextFrame(): Promise<string | ArrayBuffer> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message.data;
      if (this.#socket.readyState >= WebSocket.CLOSING) {
        const { code, reason } = await this.closed;
        throw new Error(`The socket was closed: ${code} ${reason}`);
      }
      this.#arrived = Promise.withResolvers();
      await within(LIMIT_MS, this.#arrived.promise, { what: "The next frame" });
    }
  }

  /** Returns the next frame's JSON. */
  // deno-lint-ignore no-explicit-any -- read as deep as a test needs
  async next(): Promise<any> {
    const data = await this.nextFrame();
    return JSON.parse(typeof data === "string" ? data : new TextDecoder().decode(data));
  }

  /** Returns the messages up to the one that ends the model's turn, or calls functions. */
  async turn(): Promise<JsonObject[]> {
    const messages: JsonObject[] = [];
    for (;;) {
      const message = await this.next();
      messages.push(message);
      if ("toolCall" in message || message.serverContent?.turnComplete === true) return messages;
    }
  }

  /** Sends a setup and returns the response to it. */
  async setUp(setup: JsonObject = SETUP): Promise<JsonObject> {
    await this.send({ setup });
    return await this.next();
  }

  /** Says something and returns the model's turn. */
  async say(text: string): Promise<JsonObject[]> {
    const turns = [{ role: "user", parts: [{ text }] }];
    await this.send({ clientContent: { turns, turnComplete: true } });
    return await this.turn();
  }

  /** Closes the socket. */
  close(code = 1000, reason = ""): void {
    this.#socket.close(code, reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened.catch(() => {});
    if (this.#socket.readyState < WebSocket.CLOSING) this.#socket.close();
    await this.closed;
  }
}

/** The text of a turn: spoken, written or transcribed. */
export function textOfTurn(turn: readonly JsonObject[]): string {
  return turn.map(textOfFrame).join("");
}

// deno-lint-ignore no-explicit-any -- read as deep as a test needs
function textOfFrame({ serverContent }: any): string {
  const parts: { readonly text?: string }[] = serverContent?.modelTurn?.parts ?? [];
  return parts.map(({ text }) => text ?? "").join("") +
    (serverContent?.outputTranscription?.text ?? "");
}

/** Opens a session with a key, at an emulator or a gateway. */
export function openLive({ url }: { readonly url: string }, key: string): LiveClient {
  return new LiveClient(url + LIVE_PATH, { "x-goog-api-key": key });
}
