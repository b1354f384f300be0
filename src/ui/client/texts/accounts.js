/**
 * The texts of the view of accounts.
 *
 * @module
 */

export const ACCOUNTS = {
  title: "Accounts",
  intro:
    "The Google accounts that requests go through. They share the load, and stand in for each other.",
  add: "Add account",
  search: "Search accounts",
  filters: "Which accounts",
  filter: { all: "All", ready: "Available", attention: "Need attention", disabled: "Disabled" },
  columns: {
    account: "Account",
    state: "State",
    quota: "Quota left",
    inFlight: "In flight",
    lastSuccess: "Last success",
    actions: "Actions",
  },
  emptyTitle: "No account yet",
  empty:
    "Add one with an API key from Google AI Studio, or with a credentials file of Google Cloud.",
  emptyButOther:
    "Until you add one, the gateway uses the API key in its environment, GEMINI_API_KEY or GOOGLE_API_KEY, as the account env.",
  noMatchTitle: "No account matches",
  noMatch: "Choose another filter, or search for something else.",

  kind: { "gemini-api": "Gemini API", "vertex": "Vertex AI", "code-assist": "Code Assist" },
  /** How a state reads; see `conditionOf()` in account_state.js. */
  condition: {
    available: "Available",
    busy: "Busy",
    starting: "Starting",
    failing: "Failing for some models",
    probing: "Being tried again",
    lastResort: "Last resort",
    cooling: "Cooling down",
    disabledByPollux: "Disabled by Pollux",
    disabled: "Disabled",
  },
  explained: {
    available: "",
    busy: "It has as many requests as it may have at once.",
    starting: "The gateway takes it into use within two seconds.",
    failing: "It is used for its other models.",
    probing: "The next request shows whether it works again.",
    lastResort: "It is used if no other account can be.",
    cooling: "Other accounts are used meanwhile.",
    disabledByPollux: "It is not used until you enable it.",
    disabled: "It is not used until you enable it.",
  },
  unknown: (/** @type {string} */ name) => `There is no account "${name}" any more`,
  inUse: (/** @type {string} */ name) => `${name} is used again at once`,
  back: "Back in",
  never: "never",
  unreadable: (/** @type {string} */ name, /** @type {string} */ reason) =>
    `The account ${name} cannot be used: ${reason}`,
  restingModels: (/** @type {number} */ count) =>
    count === 1 ? "1 model cools down" : `${count} models cool down`,

  test: "Test",
  testOf: (/** @type {string} */ name) => `Test ${name}`,
  enable: "Enable",
  enableOf: (/** @type {string} */ name) => `Enable ${name}`,
  useNow: "Use it now",
  disable: "Disable",
  disableOf: (/** @type {string} */ name) => `Disable ${name}`,
  edit: "Edit",
  remove: "Remove",
  save: "Save changes",
  details: (/** @type {string} */ name) => `Show ${name}`,

  works: (/** @type {string} */ name, /** @type {number} */ models) =>
    `${name} works: Google lists ${models === 1 ? "1 model" : `${models} models`}`,
  fails: (/** @type {string} */ name, /** @type {string} */ error) =>
    `${name} does not work: ${error}`,
  enabled: (/** @type {string} */ name) => `${name} is enabled`,
  disabled: (/** @type {string} */ name) => `${name} is disabled`,
  added: (/** @type {string} */ name) => `Added ${name}`,
  removed: (/** @type {string} */ name) => `Removed ${name}`,
  changed: (/** @type {string} */ name) => `Changed ${name}`,
  unchanged: "Nothing was changed",

  removeTitle: (/** @type {string} */ name) => `Remove ${name}?`,
  removeWords:
    "Pollux forgets its credential. Files, caches and batches that were made through it cannot be reached any more.",

  sheet: {
    models: "Models that cool down",
    quotas: "Quotas",
    settings: "Settings",
    noQuota: "Google has not said anything about quotas yet.",
    facts: {
      kind: "Kind",
      credential: "Credential",
      project: "Project",
      location: "Location",
      labels: "Labels",
      priority: "Priority",
      weight: "Weight",
      maxConcurrent: "At once",
      allow: "Only models",
      deny: "Never models",
      baseUrls: "Sends to",
      quotaProject: "Quota project",
      projectGroup: "Project group",
      proxy: "Proxy",
      inFlight: "In flight",
      lastSuccess: "Last success",
      lastFailure: "Last failure",
      createdAt: "Added",
      signedInAt: "Signed in",
    },
  },

  quota: {
    unit: { requests: "requests", tokens: "tokens" },
    /** After a unit, as in "requests a day". */
    window: { minute: "a minute", "5h": "in 5 hours", day: "a day", week: "a week" },
    left: (/** @type {string} */ part) => `${part} left`,
    usedOf: (/** @type {string} */ used, /** @type {string} */ limit, /** @type {string} */ what) =>
      `${used} of ${limit} ${what}`,
    limit: (/** @type {string} */ limit, /** @type {string} */ what) => `of ${limit} ${what}`,
    resets: "resets in",
    runsOut: "runs out in",
    more: (/** @type {number} */ count) => `and ${count} more`,
  },

  credentialType: {
    api_key: "API key",
    service_account: "service account",
    authorized_user: "a user's sign-in",
    impersonated_service_account: "impersonated service account",
    external_account: "workload identity",
  },

  form: {
    addTitle: "Add account",
    editTitle: (/** @type {string} */ name) => `Edit ${name}`,
    kindLabel: "What is it for?",
    kindHint: {
      "gemini-api": "An API key from Google AI Studio.",
      "vertex": "A Google Cloud project: a credentials file, or an express mode key.",
      "code-assist": "Your own sign-in, as gcloud wrote it into a file.",
    },
    name: "Name",
    nameHint: "Letters, digits and . _ - ; responses and logs show it, so no e-mail address.",
    credentialLabel: "Credential",
    withFile: "Credentials file",
    withKey: "Express mode API key",
    apiKey: "API key",
    apiKeyHint: "It is stored encrypted, and sent to Google only.",
    newApiKey: "Replace the API key",
    newApiKeyHint: "Leave it empty to keep the key. Another key ends the account's cool-downs.",
    file: "Credentials file",
    fileHint: {
      "gemini-api": "",
      "vertex":
        'JSON of the type "service_account", "authorized_user" or "impersonated_service_account".',
      "code-assist": 'JSON of the type "authorized_user", as application_default_credentials.json.',
    },
    paste: "Or paste its text",
    pasted: "Text of the file",
    fileRead: (/** @type {string} */ type) => `Read: ${type}`,
    fileNotJson: "This file is not JSON.",
    fileTooLong: "This file is too long for a credentials file.",
    project: "Project",
    projectHint: {
      "gemini-api": "",
      "vertex": "The project's id. Empty: the one that the file names.",
      "code-assist": "The project's id. Empty: Google names it.",
    },
    editProjectHint: "The project's id.",
    location: "Location",
    locationHint: 'A region, as in us-central1, or "global", "us" or "eu".',
    more: "More options",
    labels: "Labels",
    labelsHint: "Your own words, separated by commas. Client keys can be limited to them.",
    baseUrls: "Base URL",
    baseUrlsHint: "Where requests are sent. Empty: to Google.",
    quotaProject: "Quota project",
    quotaProjectHint: "Google bills and limits it. Empty: the credential's own.",
    projectGroup: "Project group",
    projectGroupHint: "Accounts of one group share a project, with its files.",
    proxy: "Proxy",
    proxyHint: "A URL with http, https or socks5. Empty: none.",
    priority: "Priority",
    priorityHint: "Higher ones get requests first. Empty: 0.",
    weight: "Weight",
    weightHint: "Its share among equals. Empty: 1.",
    maxConcurrent: "Most requests at once",
    maxConcurrentHint: "Empty: no limit.",
    allow: "Only these models",
    allowHint: "Patterns as in gemini-*-flash. Empty: all.",
    deny: "Never these models",
    denyHint: "Patterns, separated by commas.",
    risk:
      "Google's terms for Gemini Code Assist cover Google's own clients. Pollux is not one of them, and sends its own name with every request. Google may refuse its requests, and may suspend the account that sends them. Since June 2026 Google refuses third-party and older clients on the consumer tiers; Standard and Enterprise, with a Google Cloud project of your own, are reported to work.",
    agree: "I have read this, and add the account anyway",
  },

  /** What is wrong with a field; see account_form.js and form_values.js. */
  fault: {
    nameMissing: "The account needs a name.",
    keyMissing: "Enter the API key.",
    keyHasSpaces: "An API key has no spaces in it. Was something else copied with it?",
    credentialsMissing: "Choose the credentials file, or paste its text.",
    credentialsNotJson:
      "The credentials are not a JSON object. Choose the file as Google wrote it.",
    locationMissing: 'Name the location, as in us-central1 or "global".',
    riskNotAccepted:
      "Read the text about Google's terms, and agree to it, or leave this account out.",
    notACount: "It must be a whole number of 1 or more, as in 4.",
    notAnInteger: "It must be a whole number.",
  },
};
