/**
 * Reads the response to a prompt: the events of a native stream, and what they add up to.
 *
 * @module
 */

/**
 * @typedef {object} Tokens
 * @property {number} prompt With those of caches.
 * @property {number} cached
 * @property {number} tool
 * @property {number} thoughts
 * @property {number} output Without thoughts.
 */

/**
 * A part to show. `thought`: what the model thought before it responded; `data`: base64.
 *
 * @typedef {{ kind: "text" | "thought", text: string } | { kind: "image", type: string, data: string } | { kind: "other", name: string }} Piece
 */

/**
 * What an event adds.
 *
 * @typedef {object} Step
 * @property {readonly Piece[]} pieces
 * @property {string} [finish] Google's reason for the end, as in `STOP`; for a refused prompt the reason of the block.
 * @property {boolean} isBlocked Whether Google refused the prompt.
 * @property {Tokens} [tokens] The count so far: a later one replaces it.
 * @property {{ status: string, message: string }} [error] The stream ends with it.
 */

/** The images that the page shows; others are named. */
const SHOWN_IMAGES = ["image/png", "image/jpeg", "image/webp"];

/**
 * The data of the events of a stream, each as it ends. Costs time that grows with the stream's length alone.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<string, void, undefined>}
 */
export async function* eventsOf(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  /** @type {string[]} */
  let data = [];
  /** @type {string[]} */
  let line = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = decoder.decode(value, { stream: true }).split("\n");
      for (const [nth, end] of lines.entries()) {
        line.push(end);
        if (nth === lines.length - 1) break;
        const whole = line.join("").replace(/\r$/, "");
        line = [];
        if (whole.startsWith("data:")) data.push(whole.slice(5).replace(/^ /, ""));
        else if (whole === "" && data.length > 0) {
          yield data.join("\n");
          data = [];
        }
      }
    }
  } finally {
    // Also when the reader of the events stops before the end.
    await reader.cancel().catch(() => {});
  }
  // The client of a broken stream shows what came.
  if (data.length > 0) yield data.join("\n");
}

/**
 * What an event adds to the response.
 *
 * @param {string} data
 * @returns {Step}
 */
export function stepOf(data) {
  const event = objectOf(parsed(data));
  const error = event["error"];
  if (error !== undefined) {
    const { status, message } = objectOf(error);
    return {
      pieces: [],
      isBlocked: false,
      error: { status: textOf(status), message: textOf(message) },
    };
  }
  const candidate = objectOf(listOf(event["candidates"])[0]);
  const blocked = textOf(objectOf(event["promptFeedback"])["blockReason"]);
  const finish = blocked === "" ? textOf(candidate["finishReason"]) : blocked;
  const usage = event["usageMetadata"];
  return {
    pieces: listOf(objectOf(candidate["content"])["parts"]).map(objectOf).flatMap(piecesOf),
    isBlocked: blocked !== "",
    ...(finish === "" ? {} : { finish }),
    ...(usage === undefined ? {} : { tokens: tokensOf(objectOf(usage)) }),
  };
}

/**
 * @param {Record<string, unknown>} part
 * @returns {Piece[]}
 */
function piecesOf(part) {
  const { text, inlineData } = part;
  if (typeof text === "string") {
    return [{ kind: part["thought"] === true ? "thought" : "text", text }];
  }
  if (inlineData !== undefined) {
    const { mimeType, data } = objectOf(inlineData);
    const type = textOf(mimeType);
    return SHOWN_IMAGES.includes(type)
      ? [{ kind: "image", type, data: textOf(data) }]
      : [{ kind: "other", name: type }];
  }
  const name = Object.keys(part).find((name) => name !== "thoughtSignature" && name !== "thought");
  return name === undefined ? [] : [{ kind: "other", name }];
}

/**
 * @param {Record<string, unknown>} usage
 * @returns {Tokens}
 */
function tokensOf(usage) {
  return {
    prompt: countOf(usage["promptTokenCount"]),
    cached: countOf(usage["cachedContentTokenCount"]),
    tool: countOf(usage["toolUsePromptTokenCount"]),
    thoughts: countOf(usage["thoughtsTokenCount"]),
    output: countOf(usage["candidatesTokenCount"]),
  };
}

/**
 * @param {string} data
 * @returns {unknown}
 */
function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
function objectOf(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value */
function countOf(value) {
  return typeof value === "number" ? value : 0;
}
