/**
 * Accounts and client keys of a team's gateway on a busy day, as the admin API has them.
 *
 * @module
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A moment from now, in RFC 3339. */
function after(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

const IDLE = { models: [], quota: [], callsInFlight: 0 };

function account(
  name: string,
  { status = {}, ...more }: Record<string, unknown> & { readonly status?: object },
): Record<string, unknown> {
  return {
    id: `acc_${name}`,
    name,
    kind: "gemini-api",
    enabled: true,
    baseUrls: ["https://generativelanguage.googleapis.com"],
    credential: "api_key",
    createdAt: "2026-03-02T09:12:00Z",
    status: { name, kind: "gemini-api", state: "available", ...IDLE, ...status },
    ...more,
  };
}

function quota(model: string, leftFraction: number, more: object = {}): Record<string, unknown> {
  const limit = 1500;
  return {
    model,
    window: "day",
    unit: "requests",
    limit,
    used: Math.round(limit * (1 - leftFraction)),
    leftFraction,
    resetsAt: after(9.2 * HOUR_MS),
    source: "google",
    ...more,
  };
}

/** `GET /admin/v1/accounts`. */
export function cannedAccounts(): unknown {
  const spent = "You exceeded your current quota, please check your plan and billing details. " +
    "For more information on this error, head to the documentation on rate limits.";
  return {
    accounts: [
      account("ada-code-assist", {
        kind: "code-assist",
        credential: "authorized_user",
        project: "ada-tools-418",
        labels: ["team-a"],
        baseUrls: ["https://cloudcode-pa.googleapis.com"],
        maxConcurrent: 4,
        status: {
          kind: "code-assist",
          state: "busy",
          callsInFlight: 4,
          lastSuccess: after(-2000),
          quota: [
            quota("gemini-*", 0.62, { window: "5h", resetsAt: after(2.3 * HOUR_MS) }),
            quota("gemini-*", 0.41, { window: "week", resetsAt: after(3.4 * DAY_MS) }),
          ],
        },
      }),
      account("old-trial", {
        enabled: false,
        disabledReason: "API key not valid. Please pass a valid API key.",
        status: {
          state: "disabled",
          why: "API key not valid. Please pass a valid API key.",
          lastSuccess: after(-12 * DAY_MS),
        },
      }),
      account("spare", { enabled: false, status: { state: "disabled" } }),
      account("studio-backup", {
        labels: ["team-a", "nightly"],
        status: {
          state: "cooling",
          why: spent,
          until: after(192_000),
          isLastResort: false,
          lastSuccess: after(-21 * MINUTE_MS),
          lastFailure: after(-65_000),
          quota: [quota("gemini-2.5-flash", 0, { source: "refusal" })],
        },
      }),
      account("studio-main", {
        priority: 10,
        weight: 2,
        labels: ["team-a"],
        models: { allow: ["gemini-*"], deny: ["*-ultra"] },
        status: {
          callsInFlight: 3,
          lastSuccess: after(-800),
          quota: [
            quota("gemini-2.5-flash", 0.81),
            quota("gemini-2.5-pro", 0.253, { runsOutAt: after(2.4 * HOUR_MS) }),
            quota("gemini-2.5-pro", 0.9, {
              window: "minute",
              unit: "tokens",
              limit: 2_000_000,
              used: 200_000,
              resetsAt: after(31_000),
            }),
          ],
          models: [{
            model: "gemini-3-pro-preview",
            state: "cooling",
            why: "The model is overloaded. Please try again later.",
            until: after(95_000),
            isLastResort: false,
          }],
        },
      }),
      account("vertex-eu", {
        kind: "vertex",
        credential: "service_account",
        project: "blue-platform-2207",
        location: "europe-west4",
        baseUrls: ["https://europe-west4-aiplatform.googleapis.com"],
        status: { kind: "vertex", callsInFlight: 1, lastSuccess: after(-41_000) },
      }),
    ],
  };
}

function key(
  name: string,
  { limits = [], status = {}, ...more }: Record<string, unknown> & {
    readonly limits?: readonly object[];
    readonly status?: object;
  },
): Record<string, unknown> {
  const own = { id: `key_${name}`, name, state: "valid" };
  return {
    ...own,
    key: `plx_${name.slice(0, 2)}…${name.slice(-2)}`,
    createdAt: "2026-05-11T08:00:00Z",
    labels: [],
    limits: {},
    allow: [],
    deny: [],
    accounts: [],
    may: ["calls"],
    status: { ...own, callsInFlight: 0, limits, ...status },
    ...more,
  };
}

function limit(unit: string, window: string, limit: number, used: number, more: object = {}) {
  return { unit, window, limit, used, left: Math.max(0, limit - used), ...more };
}

/** `GET /admin/v1/keys`. */
export function cannedKeys(): unknown {
  return {
    keys: [
      key("data-team", {
        labels: ["analytics"],
        limits: [
          limit("tokens", "day", 20_000_000, 13_420_118, { resetsAt: after(6.1 * HOUR_MS) }),
          limit("usd", "month", 400, 391.2, { resetsAt: after(1.4 * DAY_MS) }),
        ],
        status: { callsInFlight: 3 },
      }),
      key("frontend-ci", {
        labels: ["ci"],
        allow: ["gemini-*-flash", "gemini-*-flash-lite"],
        accounts: ["team-a"],
        limits: [
          limit("requests", "minute", 60, 60, {
            resetsAt: after(41_000),
            leftAgainAt: after(11_000),
          }),
          limit("tokens", "day", 2_000_000, 610_000, { resetsAt: after(6.1 * HOUR_MS) }),
        ],
        status: { callsInFlight: 4, maxConcurrent: 8 },
      }),
      key("grace", { expiresAt: after(3.2 * DAY_MS), deny: ["*-pro*"] }),
      key("intern-2025", {
        state: "expired",
        expiresAt: "2025-12-31T00:00:00Z",
        limits: [limit("usd", "month", 20, 0)],
      }),
      key("nightly-evals", {
        state: "disabled",
        limits: [limit("tokens", "month", 500_000_000, 0)],
        expiresAt: after(200 * DAY_MS),
      }),
      key("prometheus", { may: ["metrics"] }),
    ],
  };
}
