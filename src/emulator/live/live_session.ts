/**
 * One Live session: reads the client's frames, and sends the model's turns.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */
import { type AuthToken, tokenRefused } from "./auth_tokens.ts";
import { Conversation } from "./conversation.ts";
import { defined } from "../../base/defined.ts";
import { faultBody, isFault } from "../script/faults.ts";
import { tokensOf, type UsageCount } from "../counted_usage.ts";
import { countOf, faultContext, type ServiceCall, spendCredentials } from "../models/model_call.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { closeFor, closing } from "./live_close.ts";
import { type LiveFrame, readFrame } from "./live_frame.ts";
import type { LiveOutcome } from "../script/outcome.ts";
import { type LiveSetup, readSetup } from "./live_setup.ts";
import type { OpenSession } from "./live_sockets.ts";
import { utf8Bytes } from "../../base/text/text.ts";

/** How long a state can be resumed, in ms. */
const RESUMABLE_MS = 2 * 3_600_000;

/** The options of a session. */
export interface LiveSessionOptions {
  readonly call: ServiceCall;
  /** The token of a constrained session. */
  readonly token: AuthToken | undefined;
}

/** One session. */
export class LiveSession implements OpenSession {
  readonly account: string;
  readonly #socket: WebSocket;
  readonly #call: ServiceCall;
  readonly #token: AuthToken | undefined;
  readonly #flavour: Flavour;
  #setup: LiveSetup | undefined;
  #conversation: Conversation | undefined;
  #script: LiveOutcome = { type: "live" };
  /** Frames that arrive while a script holds the setup. */
  #early: LiveFrame[] | undefined;
  /** Number of the turn whose frames are sent; 0 between turns. */
  #playing = 0;
  #played = 0;
  #count: UsageCount | undefined;

  constructor(socket: WebSocket, { call, token }: LiveSessionOptions) {
    this.account = call.account.name;
    this.#socket = socket;
    this.#call = call;
    this.#token = token;
    this.#flavour = call.route.service === "aiplatform.googleapis.com" ? "vertex" : "dev";
    const ended = Promise.withResolvers<void>();
    call.exchange.prolong(ended.promise);
    call.stored.live.open(this);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => {
      call.stored.live.ended(this);
      this.#playing = 0;
      ended.resolve();
    };
  }

  get model(): string | undefined {
    return this.#setup?.model.id;
  }

  send(message: JsonObject): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // Each turn reports its own tokens.
    this.#count?.adds(tokensOf(message));
    const text = JSON.stringify(message);
    this.#socket.send(this.#script.frames === "text" ? text : utf8Bytes(text));
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.close(code, closing(code, reason).reason);
  }

  drop(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#call.exchange.resetSocket((bytes) => this.#socket.send(bytes));
  }

  #receive(data: unknown): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const isBinary = data instanceof ArrayBuffer;
    const text = isBinary ? new TextDecoder().decode(data) : String(data);
    this.#call.entry?.recordFrame(text, isBinary);
    try {
      const frame = readFrame(text, this.#flavour);
      if (this.#early === undefined) this.#handle(frame);
      else this.#early.push(frame);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof GoogleError)) throw error;
    const { code, reason } = closeFor(error.toJSON());
    this.close(code, reason);
  }

  #handle({ kind, message }: LiveFrame): void {
    if ((this.#token?.expiresAt ?? Infinity) <= this.#call.stored.live.now) {
      throw tokenRefused("Token has expired.");
    }
    const conversation = this.#conversation;
    if ((kind === "setup") !== (conversation === undefined)) {
      throw invalidArgument("setup must be the first message and only the first");
    }
    if (conversation === undefined) return this.#setUp(message);
    const isSpeech = kind === "realtimeInput" && conversation.hears(message);
    if (kind === "clientContent" || isSpeech) this.#interrupt(conversation);
    const before = conversation.read(kind, message);
    for (const frame of before.frames) this.send(frame);
    if (before.isComplete) this.#respond(conversation);
  }

  #setUp(message: JsonObject): void {
    const call = this.#call;
    const setup = readSetup(message, { call, token: this.#token });
    this.#spendToken(setup);
    const model = setup.model.id;
    const outcome = call.account.take({ method: "bidiGenerateContent", model });
    spendCredentials(outcome, call);
    this.#setup = setup;
    this.#conversation = new Conversation(setup, this.#flavour);
    if (isFault(outcome)) {
      const { code, reason } = closeFor(faultBody(outcome, faultContext(call, model)).body);
      return this.close(code, reason);
    }
    if (outcome.type === "reset") return this.drop();
    if (outcome.type === "live") this.#script = outcome;
    else if (outcome.type === "ok") {
      const { text, events } = outcome;
      this.#script = { type: "live", ...defined({ text, events }) };
    }
    if (outcome.type === "hang") void this.#hang();
    else this.#begin();
  }

  /** A token begins a number of sessions; those that are resumed do not count. */
  #spendToken({ resumed }: LiveSetup): void {
    const token = this.#token;
    if (token === undefined || resumed !== undefined) return;
    if (token.startsUntil <= this.#call.stored.live.now) throw tokenRefused("Token has expired.");
    if (token.usesLeft < 1) throw tokenRefused("Token has been used too many times.");
    token.usesLeft -= 1;
  }

  async #hang(): Promise<void> {
    this.#early = [];
    await this.#call.exchange.hold();
    const frames = this.#early;
    this.#early = undefined;
    this.#begin();
    try {
      for (const frame of frames) this.#handle(frame);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #begin(): void {
    const { closeAfter = "setup" } = this.#script;
    if (closeAfter === "setup" && this.#end()) return;
    const isVertex = this.#flavour === "vertex";
    this.#count = countOf(this.#call, this.#setup?.model.id ?? "");
    this.#count.answered();
    this.send({ setupComplete: isVertex ? { sessionId: crypto.randomUUID() } : {} });
    this.#afterTurns(0);
  }

  /** Sends the model's turn, or the calls that it makes. */
  #respond(conversation: Conversation): void {
    const { text, events } = this.#script;
    const turn = conversation.turn(text);
    void this.#play(events ?? turn.frames, conversation, turn.isComplete);
  }

  async #play(
    frames: readonly JsonObject[],
    conversation: Conversation,
    isComplete: boolean,
  ): Promise<void> {
    const turn = ++this.#played;
    this.#playing = turn;
    const { frameDelayMs } = this.#script;
    for (const frame of frames) {
      if (frameDelayMs !== undefined) await this.#call.exchange.pause(frameDelayMs);
      if (this.#playing !== turn) return;
      this.send(frame);
    }
    this.#playing = 0;
    if (!isComplete) return;
    conversation.completeTurn();
    this.#offerResumption(conversation);
    this.#afterTurns(conversation.turns);
  }

  #interrupt(conversation: Conversation): void {
    const wasPlaying = this.#playing !== 0;
    this.#playing = 0;
    for (const frame of conversation.interrupt(wasPlaying)) this.send(frame);
  }

  #offerResumption(conversation: Conversation): void {
    const { live } = this.#call.stored;
    if (!("sessionResumption" in (this.#setup?.message ?? {}))) return;
    const newHandle = live.keep({
      project: this.#call.account.ownerProject,
      history: conversation.history,
      turns: conversation.turns,
      expiresAt: live.now + RESUMABLE_MS,
    });
    this.send({ sessionResumptionUpdate: { newHandle, resumable: true } });
  }

  #afterTurns(turns: number): void {
    const { goAway, closeAfter } = this.#script;
    if (goAway?.afterTurns === turns) this.send({ goAway: { timeLeft: goAway.timeLeft } });
    if (closeAfter === turns) this.#end();
  }

  /** Closes the session if the script requests it; returns whether it does. */
  #end(): boolean {
    const { close } = this.#script;
    if (close === undefined) return false;
    if (close === "drop") this.drop();
    else this.close(close.code, close.reason ?? "");
    return true;
  }
}
