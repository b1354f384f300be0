/**
 * The texts of the view of client keys.
 *
 * @module
 */

export const KEYS = {
  title: "Keys",
  intro:
    "Each person or program that uses this gateway gets a key of its own, with limits. Clients send it in place of a Gemini API key.",
  create: "Create key",
  search: "Search keys",
  columns: {
    key: "Key",
    state: "State",
    limits: "Left of its limits",
    uses: "May use",
    expires: "Expires",
    actions: "Actions",
  },
  emptyTitle: "No key yet",
  empty:
    "Without one, everybody who reaches this gateway may use it. From the first key on, every request needs one.",
  noMatchTitle: "No key matches",
  noMatch: "Search for something else.",
  firstKey:
    "This is the first key. From now on every request needs a key, also after the last one has expired or was removed.",

  /** How a state reads; see `conditionOf()` in key_state.js. */
  condition: {
    valid: "Valid",
    spent: "Limit reached",
    expiring: "Expires soon",
    expired: "Expired",
    disabled: "Disabled",
  },

  /** What a limit is about; see `leftOf()` in key_state.js. */
  limit: {
    requestsPerMinute: "Requests a minute",
    requestsPerDay: "Requests a day",
    tokensPerMinute: "Tokens a minute",
    tokensPerDay: "Tokens a day",
    tokensPerMonth: "Tokens a month",
    usdPerDay: "Cost a day",
    usdPerMonth: "Cost a month",
    callsAtOnce: "At once",
  },
  leftOf: (/** @type {string} */ left, /** @type {string} */ limit) => `${left} of ${limit}`,
  leftWords: (/** @type {string} */ left, /** @type {string} */ limit) =>
    `${left} of ${limit} left`,
  leftAgain: "again in",
  resets: "full in",
  noLimits: "No limits",
  allModels: "All models",
  allAccounts: "All",
  not: "not",
  through: "through",
  onlyMetrics: "/metrics only",
  unreadable: (/** @type {string} */ name) =>
    `This version cannot read the key ${name}, so it opens nothing: use a newer Pollux, or remove the key`,
  unknown: (/** @type {string} */ name) => `There is no key "${name}" any more`,
  never: "Never",
  expiresIn: "in",
  inFlight: "in flight",

  rotate: "Rotate",
  rotateOf: (/** @type {string} */ name) => `Rotate ${name}`,
  enable: "Enable",
  enableOf: (/** @type {string} */ name) => `Enable ${name}`,
  disable: "Disable",
  disableOf: (/** @type {string} */ name) => `Disable ${name}`,
  edit: "Edit",
  remove: "Remove",
  save: "Save changes",
  details: (/** @type {string} */ name) => `Show ${name}`,

  enabled: (/** @type {string} */ name) => `${name} is enabled`,
  disabled: (/** @type {string} */ name) => `${name} is disabled`,
  removed: (/** @type {string} */ name) => `Removed ${name}`,
  changed: (/** @type {string} */ name) => `Changed ${name}`,
  unchanged: "Nothing was changed",

  removeTitle: (/** @type {string} */ name) => `Remove ${name}?`,
  removeWords:
    "Clients that send it are refused at once. What it made (files, caches, batches) is then accessible with auth.api_key only.",

  rotateTitle: (/** @type {string} */ name) => `Rotate ${name}`,
  rotateWords: "The key gets a new text. Its limits and what it made stay.",
  grace: "The former text is valid",
  graces: { "0": "not any more", "1h": "for an hour", "24h": "for 24 hours", "7d": "for 7 days" },

  shown: {
    created: (/** @type {string} */ name) => `The key ${name}`,
    rotated: (/** @type {string} */ name) => `The new text of ${name}`,
    text: "The key",
    words: "Copy it now: it is shown only this once. Pollux keeps only its digest.",
    former: "The former one is valid until",
    formerGone: "The former one is not valid any more.",
    done: "Done",
  },

  sheet: {
    limits: "Limits",
    uses: "What it may use",
    facts: {
      hint: "Text",
      may: "May",
      labels: "Labels",
      allow: "Only models",
      deny: "Never models",
      accounts: "Only accounts",
      inFlight: "In flight",
      createdAt: "Created",
      expiresAt: "Expires",
      formerValidUntil: "Former text until",
      id: "Id",
    },
  },

  may: { calls: "Send requests", metrics: "Read /metrics" },

  form: {
    createTitle: "Create key",
    editTitle: (/** @type {string} */ name) => `Edit ${name}`,
    name: "Name",
    nameHint: "Whose it is, as in ada or ci; usage and logs show it.",
    limits: "Limits",
    limitsHint: "Empty: no limit. 500k and 2M are understood. Days and months are of UTC.",
    requestsPerMinute: "Requests a minute",
    requestsPerDay: "Requests a day",
    tokensPerMinute: "Tokens a minute",
    tokensPerDay: "Tokens a day",
    tokensPerMonth: "Tokens a month",
    maxConcurrent: "Requests at once",
    budget: "Budget in US dollars",
    budgetPer: "Budget for",
    per: { month: "a month", day: "a day" },
    uses: "What it may use",
    allow: "Only these models",
    allowHint: "Patterns as in gemini-*-flash, separated by commas. Empty: all.",
    deny: "Never these models",
    denyHint: "Patterns, separated by commas.",
    accounts: "Only these accounts",
    accountsHint: "Names or labels, separated by commas. Empty: all.",
    may: "It may",
    life: "How long",
    expires: "Expires",
    expiry: {
      keep: "As it is",
      never: "Never",
      "7": "In 7 days",
      "30": "In 30 days",
      "90": "In 90 days",
      "365": "In a year",
      date: "On a day",
    },
    expiresOn: "Day (UTC)",
    labels: "Labels",
    labelsHint: "Your own words, separated by commas.",
  },

  /** What is wrong with a field; see key_form.js and form_values.js. */
  fault: {
    nameMissing: "The key needs a name.",
    mayNothing: "A key that may do nothing is of no use: choose at least one.",
    notACount: "It must be a whole number of 1 or more, as in 60, 500k or 2M.",
    notAnAmount: "It must be an amount in US dollars, as in 20 or 1.50.",
    dateMissing: "Choose the day on which it expires.",
    datePast: "The day must be in the future.",
  },
};
