/**
 * The view that tries a prompt: it calls the native API with the page's session, and shows the response as it comes.
 *
 * @module
 */
import { api, errorOf, wordsOf } from "../parts/api.js";
import { el, fill, part, partOf, say } from "../parts/dom.js";
import { openExplanation } from "../overview/explanation.js";
import { duration, whole } from "../parts/format.js";
import { fillModels } from "../parts/models.js";
import { eventsOf, stepOf } from "./reply.js";
import { session } from "../parts/session.js";
import { TRY } from "../texts/try.js";

/** @typedef {import("./reply.js").Tokens} Tokens */

/** @param {HTMLElement} section */
export function start(section) {
  const form = partOf(section, "form", HTMLFormElement);
  const prompt = partOf(section, "prompt", HTMLTextAreaElement);
  const system = partOf(section, "system", HTMLTextAreaElement);
  const model = partOf(section, "model", HTMLSelectElement);
  const send = partOf(section, "send", HTMLButtonElement);
  const stop = partOf(section, "stop", HTMLButtonElement);
  const status = part(section, "status");
  /** @type {AbortController | undefined} */
  let running;
  /** Settles when the models are there: a quick reader sends before. */
  let ready = Promise.resolve();

  form.onsubmit = async (event) => {
    event.preventDefault();
    if (running !== undefined) return;
    const abort = running = new AbortController();
    turn(true);
    await ready;
    if (model.value === "") {
      running = undefined;
      turn(false);
      return say(status, TRY.noModels);
    }
    say(status, TRY.waiting);
    const trial = new Trial(section, abort.signal);
    await trial.run({ prompt: prompt.value, system: system.value, model: model.value });
    running = undefined;
    turn(false);
    if (section.hidden) return forget();
    say(status, trial.outcome);
  };
  form.onkeydown = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  };
  stop.onclick = () => running?.abort();

  /** @param {boolean} isRunning */
  function turn(isRunning) {
    const hadFocus = document.activeElement === (isRunning ? send : stop);
    send.hidden = isRunning;
    stop.hidden = !isRunning;
    if (hadFocus) (isRunning ? stop : send).focus();
    part(section, "response").setAttribute("aria-busy", String(isRunning));
  }

  /** Whoever signs in next finds neither the prompt nor the response. */
  function forget() {
    prompt.value = "";
    system.value = "";
    say(status, "");
    empty(section);
  }

  async function load() {
    const hasModels = fillModels(model, await api.get("models"), TRY.noModels);
    send.disabled = !hasModels;
  }

  return {
    show() {
      const loading = load();
      ready = loading.catch(() => {});
      return loading;
    },
    hide() {
      running?.abort();
      forget();
    },
  };
}

/**
 * Takes a response away.
 *
 * @param {HTMLElement} section
 */
function empty(section) {
  part(section, "response").hidden = true;
  part(section, "thoughts-box").hidden = true;
  for (const name of ["text", "thoughts", "images", "notes", "facts"]) fill(part(section, name));
}

/** One prompt and its response. */
class Trial {
  /** What to announce at the end. */
  outcome = "";
  #section;
  #signal;
  #startedMs = performance.now();
  /** @type {number | undefined} */
  #firstMs;
  /** @type {Tokens | undefined} */
  #tokens;
  /** @type {string | undefined} */
  #finish;
  /** @type {Response | undefined} */
  #response;
  /** Text that came since the last frame was drawn. */
  #waiting = { text: "", thoughts: "" };
  #isDrawing = false;
  #isEmpty = true;

  /**
   * @param {HTMLElement} section
   * @param {AbortSignal} signal
   */
  constructor(section, signal) {
    this.#section = section;
    this.#signal = signal;
    empty(section);
    part(section, "response").hidden = false;
  }

  /** @param {{ prompt: string, system: string, model: string }} asked */
  async run(asked) {
    try {
      await this.#send(asked);
      this.#draw();
      if (this.#isEmpty && this.outcome === "") this.#note(TRY.empty, "warn");
      if (this.outcome === "") this.outcome = TRY.done;
    } catch (error) {
      this.#draw();
      if (this.#signal.aborted) this.#note(TRY.stopped, "warn");
      else if (this.#response === undefined) this.#note(TRY.unreachable, "bad");
      else this.#note(error instanceof TypeError ? TRY.broke : wordsOf(error), "bad");
    }
    this.#showFacts();
  }

  /** @param {{ prompt: string, system: string, model: string }} asked */
  async #send({ prompt, system, model }) {
    const { token } = session;
    const response = await fetch(
      `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
      {
        method: "POST",
        headers: { "content-type": "application/json", "x-pollux-token": token },
        body: JSON.stringify({
          contents: [{ role: "user", parts: [{ text: prompt }] }],
          ...(system.trim() === "" ? {} : { systemInstruction: { parts: [{ text: system }] } }),
        }),
        signal: this.#signal,
      },
    );
    this.#response = response;
    if (response.status === 401) session.ended(token);
    if (!response.ok || response.body === null) throw await errorOf(response);
    for await (const data of eventsOf(response.body)) this.#take(stepOf(data));
    if (this.#finish === undefined && this.outcome === "") this.#note(TRY.broke, "bad");
  }

  /** @param {import("./reply.js").Step} step */
  #take({ pieces, finish, isBlocked, tokens, error }) {
    for (const piece of pieces) this.#add(piece);
    this.#tokens = tokens ?? this.#tokens;
    if (error !== undefined) {
      this.#finish = error.status;
      return this.#note(error.message, "bad");
    }
    if (finish === undefined) return;
    this.#finish = finish;
    if (isBlocked) return this.#note(TRY.blocked(finish), "bad");
    if (finish === "STOP") return;
    const words = new Map(Object.entries(TRY.finish)).get(finish) ?? TRY.otherFinish(finish);
    this.#note(words, "warn");
  }

  /** @param {import("./reply.js").Piece} piece */
  #add(piece) {
    this.#firstMs ??= performance.now() - this.#startedMs;
    this.#isEmpty = false;
    if (piece.kind === "image") return void this.#show(piece);
    if (piece.kind === "other") return this.#note(TRY.other(piece.name), "idle");
    this.#waiting[piece.kind === "thought" ? "thoughts" : "text"] += piece.text;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  /**
   * Draws an image: the page may load none but its own, also none of `data:`.
   *
   * @param {{ type: string, data: string }} image
   */
  async #show({ type, data }) {
    const canvas = el("canvas", { role: "img", "aria-label": TRY.image });
    part(this.#section, "images").append(canvas);
    try {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type }));
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    } catch {
      canvas.remove();
      this.#note(TRY.other(type), "idle");
    }
  }

  /** Text is added once a frame, however many events there are. */
  #draw() {
    this.#isDrawing = false;
    const { text, thoughts } = this.#waiting;
    this.#waiting = { text: "", thoughts: "" };
    if (thoughts !== "") {
      part(this.#section, "thoughts-box").hidden = false;
      part(this.#section, "thoughts").append(thoughts);
    }
    if (text !== "") part(this.#section, "text").append(text);
  }

  /**
   * @param {string} words
   * @param {"bad" | "warn" | "idle"} tone
   */
  #note(words, tone) {
    if (tone !== "idle") this.outcome = words;
    part(this.#section, "notes").append(el("p", { class: "note", "data-tone": tone }, words));
  }

  #showFacts() {
    const headers = this.#response?.headers;
    const account = headers?.get("x-pollux-account") ?? "";
    const attempts = Number(headers?.get("x-pollux-attempts") ?? 1);
    const id = headers?.get("x-request-id") ?? "";
    const tokens = this.#tokens;
    const total = performance.now() - this.#startedMs;
    const facts = [
      account !== "" && TRY.account(account),
      attempts > 1 && TRY.attempts(whole(attempts)),
      ...(tokens === undefined ? [this.#response?.ok === true && TRY.noTokens] : [
        TRY.tokens.prompt(whole(tokens.prompt + tokens.tool)),
        tokens.thoughts > 0 && TRY.tokens.thoughts(whole(tokens.thoughts)),
        TRY.tokens.output(whole(tokens.output)),
      ]),
      this.#firstMs !== undefined && TRY.first(duration(this.#firstMs)),
      TRY.total(duration(total)),
    ];
    fill(
      part(this.#section, "facts"),
      facts.filter((words) => words !== false).map((words) => el("span", {}, words)),
      id !== "" &&
        el(
          "button",
          { type: "button", class: "plain", onclick: () => openExplanation(id) },
          TRY.explain,
        ),
    );
  }
}
