/**
 * What the view of client keys says about a key: its condition and what is left of its limits.
 *
 * @module
 */

/**
 * Most that a key may use, as `GET /admin/v1/keys` has it.
 *
 * @typedef {object} KeyLimits
 * @property {number} [requestsPerMinute]
 * @property {number} [tokensPerMinute]
 * @property {number} [requestsPerDay]
 * @property {number} [tokensPerDay]
 * @property {number} [tokensPerMonth]
 * @property {{ readonly microUsd: number, readonly per: "day" | "month" }} [budget]
 * @property {number} [maxConcurrent]
 */

/**
 * A limit with what is used of it.
 *
 * @typedef {object} LimitStatus
 * @property {"requests" | "tokens" | "usd"} unit
 * @property {"minute" | "day" | "month"} window
 * @property {number} limit
 * @property {number} used
 * @property {number} left
 * @property {string} [resetsAt] RFC 3339.
 * @property {string} [leftAgainAt] RFC 3339.
 */

/**
 * A client key with its status. Times are in RFC 3339.
 *
 * @typedef {object} KeyInfo
 * @property {string} id
 * @property {string} name
 * @property {string} key The beginning and the end of its text.
 * @property {"valid" | "expired" | "disabled"} state
 * @property {string} createdAt
 * @property {string} [expiresAt]
 * @property {string} [formerValidUntil]
 * @property {readonly string[]} labels
 * @property {KeyLimits} limits
 * @property {readonly string[]} allow
 * @property {readonly string[]} deny
 * @property {readonly string[]} accounts
 * @property {readonly string[]} [may]
 * @property {{ readonly callsInFlight: number, readonly maxConcurrent?: number,
 *   readonly limits: readonly LimitStatus[] }} [status] Absent while the gateway has not taken the key up yet.
 */

/**
 * How a key is; each is the key of a text. `spent`: one of its limits is used up.
 *
 * @typedef {"valid" | "spent" | "expiring" | "expired" | "disabled"} Condition
 */

/** @typedef {"good" | "warn" | "bad" | "busy" | "idle"} Tone */

/** A key that ends within this time, in ms, is shown as about to expire. */
const SOON_MS = 7 * 86_400_000;

/** @type {Readonly<Record<Condition, Tone>>} */
const TONES = { valid: "good", spent: "bad", expiring: "warn", expired: "idle", disabled: "idle" };

/**
 * How a key is.
 *
 * @param {Pick<KeyInfo, "state" | "expiresAt" | "status">} key
 * @param {number} nowMs
 * @returns {Condition}
 */
export function conditionOf({ state, expiresAt, status }, nowMs) {
  if (state !== "valid") return state;
  const leftMs = expiresAt === undefined ? Infinity : Date.parse(expiresAt) - nowMs;
  if (leftMs <= 0) return "expired";
  if ((status?.limits ?? []).some(({ left }) => left <= 0)) return "spent";
  return leftMs < SOON_MS ? "expiring" : "valid";
}

/**
 * The tone in which a condition is shown.
 *
 * @param {Condition} condition
 * @returns {Tone}
 */
export function toneOf(condition) {
  return TONES[condition];
}

/**
 * What is left of a key's limits; calls at once are one of them.
 *
 * @param {KeyInfo} key
 * @returns {{ readonly what: string, readonly unit: "requests" | "tokens" | "usd" | "calls",
 *   readonly left: number, readonly limit: number, readonly leftFraction: number,
 *   readonly leftAgainAt?: string, readonly resetsAt?: string }[]} `what` is the key of a text.
 */
export function leftOf({ limits, status }) {
  const counted = (status?.limits ?? []).map(({ unit, window, limit, left, ...times }) => ({
    what: `${unit}Per${capitalized(window)}`,
    unit,
    left,
    limit,
    leftFraction: limit > 0 ? Math.min(1, Math.max(0, left / limit)) : 0,
    ...("leftAgainAt" in times ? { leftAgainAt: times.leftAgainAt } : {}),
    ...("resetsAt" in times ? { resetsAt: times.resetsAt } : {}),
  }));
  const most = status?.maxConcurrent ?? limits.maxConcurrent;
  if (most === undefined) return counted;
  const left = Math.max(0, most - (status?.callsInFlight ?? 0));
  const calls = /** @type {const} */ ({
    what: "callsAtOnce",
    unit: "calls",
    left,
    limit: most,
    leftFraction: left / most,
  });
  return [...counted, calls];
}

/**
 * Whether a key's name, hint or labels contain what was typed into the search field.
 *
 * @param {KeyInfo} key
 * @param {string} typed
 * @returns {boolean}
 */
export function matches({ name, key, labels }, typed) {
  const wanted = typed.trim().toLowerCase();
  return [name, key, ...labels].some((text) => text.toLowerCase().includes(wanted));
}

/** @param {string} word */
function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
