/**
 * What the view of accounts says about an account: its condition, its countdown and its quotas.
 *
 * @module
 */

/**
 * A model of an account with a cool-down, as `GET /admin/v1/accounts` has it.
 *
 * @typedef {object} ModelStatus
 * @property {string} model
 * @property {"cooling" | "probing"} state
 * @property {string} why
 * @property {string} until RFC 3339.
 * @property {boolean} isLastResort
 */

/**
 * A quota of an account. Times are in RFC 3339.
 *
 * @typedef {object} QuotaStatus
 * @property {string} model
 * @property {string} window
 * @property {"requests" | "tokens"} unit
 * @property {number} [limit]
 * @property {number} [used]
 * @property {number} leftFraction From 0 to 1.
 * @property {string} [resetsAt]
 * @property {string} [runsOutAt]
 * @property {"google" | "refusal" | "own_counts"} source
 */

/**
 * What an account does now. Times are in RFC 3339.
 *
 * @typedef {object} AccountStatus
 * @property {"available" | "busy" | "cooling" | "probing" | "disabled"} state
 * @property {string} [why]
 * @property {string} [until]
 * @property {boolean} [isLastResort]
 * @property {readonly ModelStatus[]} models
 * @property {readonly QuotaStatus[]} quota
 * @property {number} callsInFlight
 * @property {string} [lastSuccess]
 * @property {string} [lastFailure]
 */

/**
 * An account with its status.
 *
 * @typedef {object} AccountInfo
 * @property {string} id
 * @property {string} name
 * @property {"gemini-api" | "vertex" | "code-assist"} kind
 * @property {boolean} enabled
 * @property {readonly string[]} baseUrls
 * @property {string} [project]
 * @property {string} [location]
 * @property {number} [priority]
 * @property {number} [weight]
 * @property {number} [maxConcurrent]
 * @property {{ readonly allow: readonly string[], readonly deny: readonly string[] }} [models]
 * @property {readonly string[]} [labels]
 * @property {string} [quotaProject]
 * @property {string} [projectGroup]
 * @property {string} [proxy] With `***` for user name and password.
 * @property {string} [disabledReason]
 * @property {string} [createdAt] RFC 3339.
 * @property {string} [signedInAt] RFC 3339.
 * @property {string} credential The type only.
 * @property {AccountStatus} [status] Absent while the gateway has not taken the account up yet.
 */

/**
 * How an account is; each is the key of a text.
 *
 * @typedef {"available" | "busy" | "failing" | "probing" | "lastResort" | "cooling" | "disabledByPollux"
 *   | "disabled" | "starting"} Condition
 */

/** @typedef {"good" | "warn" | "bad" | "busy" | "idle"} Tone */

/** @type {Readonly<Record<Condition, Tone>>} */
const TONES = {
  available: "good",
  busy: "busy",
  starting: "idle",
  failing: "warn",
  probing: "warn",
  lastResort: "warn",
  cooling: "warn",
  disabledByPollux: "bad",
  disabled: "idle",
};

/**
 * How an account is.
 *
 * @param {Pick<AccountInfo, "enabled" | "status" | "disabledReason">} account
 * @returns {Condition}
 */
export function conditionOf({ enabled, status, disabledReason }) {
  if (!enabled) {
    return (status?.why ?? disabledReason) === undefined ? "disabled" : "disabledByPollux";
  }
  if (status === undefined) return "starting";
  switch (status.state) {
    // The gateway has not yet taken up that it was enabled.
    case "disabled":
      return "starting";
    case "cooling":
      return status.isLastResort ? "lastResort" : "cooling";
    case "probing":
      return "probing";
    default:
      return status.models.length > 0 ? "failing" : status.state;
  }
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
 * Whether an account has a cool-down that can be ended.
 *
 * @param {AccountInfo} account
 * @returns {boolean}
 */
export function coolsDown(account) {
  return TONES[conditionOf(account)] === "warn";
}

/**
 * The filters above the list. `attention`: something keeps Google from responding.
 *
 * @typedef {"all" | "ready" | "attention" | "disabled"} Filter
 */

/**
 * Whether an account is among those that a filter shows.
 *
 * @param {Condition} condition
 * @param {Filter} filter
 * @returns {boolean}
 */
export function passes(condition, filter) {
  switch (filter) {
    case "ready":
      return TONES[condition] === "good" || TONES[condition] === "busy";
    case "attention":
      return TONES[condition] === "warn" || TONES[condition] === "bad";
    case "disabled":
      return condition === "disabled" || condition === "disabledByPollux";
    default:
      return true;
  }
}

/**
 * How many accounts each filter shows.
 *
 * @param {readonly AccountInfo[]} accounts
 * @returns {Record<Filter, number>}
 */
export function countsOf(accounts) {
  const conditions = accounts.map(conditionOf);
  /** @param {Filter} filter */
  const count = (filter) => conditions.filter((one) => passes(one, filter)).length;
  return {
    all: accounts.length,
    ready: count("ready"),
    attention: count("attention"),
    disabled: count("disabled"),
  };
}

/**
 * Whether an account's name, kind, project or labels contain what was typed into the search field.
 *
 * @param {AccountInfo} account
 * @param {string} typed
 * @returns {boolean}
 */
export function matches({ name, kind, project = "", labels = [] }, typed) {
  const wanted = typed.trim().toLowerCase();
  return [name, kind, project, ...labels].some((text) => text.toLowerCase().includes(wanted));
}

/**
 * The quotas of an account, those with least left first.
 *
 * @param {readonly QuotaStatus[]} quotas
 * @returns {QuotaStatus[]}
 */
export function tightestFirst(quotas) {
  return quotas.toSorted((a, b) =>
    a.leftFraction - b.leftFraction || Number(a.runsOutAt === undefined) -
      Number(b.runsOutAt === undefined) ||
    (a.model < b.model ? -1 : 1)
  );
}
