/**
 * What the canned gateway responds: a team's gateway on a busy day.
 *
 * @module
 */

import { CANNED_CONFIG, CANNED_MODELS, cannedAudit, cannedUsage } from "./canned_usage.ts";

const ACCOUNTS = ["studio-main", "studio-backup", "vertex-eu", "ada-code-assist", "old-trial"];
const KEYS = ["frontend-ci", "data-team", "grace", "nightly-evals", "default"];
const MODELS = [
  "gemini-2.5-flash",
  "gemini-2.5-pro",
  "gemini-2.5-flash-lite",
  "gemini-3-pro-preview",
  "gemini-embedding-001",
];
const FAILED = [
  [429, "You exceeded your current quota, please check your plan and billing details."],
  [503, "The model is overloaded. Please try again later."],
  [400, "Request contains an invalid argument."],
] as const;

function at<T>(list: readonly T[], nth: number): T {
  const item = list[nth % list.length];
  if (item === undefined) throw new Error("An empty list");
  return item;
}

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

/** The nth newest call. */
export function cannedCall(nth: number): Record<string, unknown> {
  const seed = (nth * 2654435761) >>> 0;
  const isRunning = nth < 2;
  const failed = nth % 11 === 4 ? at(FAILED, nth) : undefined;
  const model = at(MODELS, seed >>> 5);
  const isEmbedding = model.includes("embedding");
  return {
    id: `0198f2c4-${(0x1000 + nth).toString(16)}-7abc-8def-${String(seed).padStart(12, "0")}`,
    at: ago(nth * 1900 + (seed % 900) + (isRunning ? 3000 : 0)),
    key: at(KEYS, seed >>> 9),
    method: isEmbedding
      ? "embedContent"
      : nth % 3 === 0
      ? "generateContent"
      : "streamGenerateContent",
    model,
    account: at(ACCOUNTS, (seed >>> 13) % 4),
    status: isRunning ? 0 : failed?.[0] ?? 200,
    attempts: nth % 7 === 3 ? 2 : 1,
    ...(isRunning || failed ? {} : { firstByteMs: 120 + seed % 900 }),
    ...(isRunning ? {} : { ms: 180 + seed % 14_000 }),
    ...(isRunning || failed ? {} : {
      tokens: {
        prompt: 40 + seed % 48_000,
        cached: 0,
        tool: 0,
        thoughts: seed % 700,
        output: 20 + seed % 3000,
      },
      costUsd: (seed % 9000) / 1e6,
    }),
    ...(failed ? { error: failed[1] } : {}),
  };
}

/** The accounts of the status. */
function accounts() {
  const common = { models: [], quota: [], callsInFlight: 0 };
  return [
    {
      ...common,
      name: "studio-main",
      kind: "gemini-api",
      state: "available",
      callsInFlight: 3,
      lastSuccess: ago(800),
      quota: [
        {
          model: "gemini-2.5-pro",
          unit: "requests",
          window: "day",
          limit: 1500,
          used: 1120,
          leftFraction: 0.253,
          resetsAt: ago(-9 * 3600e3),
          runsOutAt: ago(-2.4 * 3600e3),
          source: "errors",
        },
      ],
      models: [{
        model: "gemini-3-pro-preview",
        state: "cooling",
        why: "You exceeded your current quota",
        until: ago(-95_000),
        isLastResort: false,
      }],
    },
    {
      ...common,
      name: "studio-backup",
      kind: "gemini-api",
      state: "cooling",
      why: "You exceeded your current quota, please check your plan and billing details.",
      until: ago(-192_000),
      isLastResort: false,
      lastFailure: ago(65_000),
    },
    { ...common, name: "vertex-eu", kind: "vertex", state: "available", callsInFlight: 1 },
    { ...common, name: "ada-code-assist", kind: "code-assist", state: "busy", callsInFlight: 4 },
    {
      ...common,
      name: "old-trial",
      kind: "gemini-api",
      state: "disabled",
      why: "API key not valid. Please pass a valid API key.",
    },
  ];
}

const EXPLANATION = {
  id: "0198f2c4-1003-7abc-8def-000000000003",
  startedAt: ago(5000),
  outcome: "ok",
  status: 200,
  durationMs: 4210,
  firstByteMs: 1630,
  key: { id: "k7", name: "data-team" },
  method: "streamGenerateContent",
  model: "gemini-2.5-pro",
  account: "vertex-eu",
  conversation: { id: "9f2ab1c04d5e", found: "content" },
  decision: { by: "strategy", left: "studio-backup" },
  attempts: [
    {
      account: "studio-main",
      by: "strategy",
      startMs: 14,
      ms: 310,
      status: 429,
      error:
        "RESOURCE_EXHAUSTED: You exceeded your current quota, please check your plan and billing details.",
      delayMs: 34_000,
      requests: 1,
      passedOver: [
        {
          account: "studio-backup",
          why: "cooling",
          until: ago(-192_000),
          error: "RESOURCE_EXHAUSTED: You exceeded your current quota",
        },
        { account: "old-trial", why: "disabled", error: "API key not valid" },
        { account: "vertex-eu", why: "turn" },
      ],
      more: 0,
    },
    {
      account: "vertex-eu",
      by: "strategy",
      startMs: 1210,
      ms: 420,
      status: 200,
      requests: 1,
      passedOver: [{ account: "ada-code-assist", why: "busy" }],
      more: 0,
    },
  ],
  rotations: 1,
  passedOver: [],
  more: 0,
  waits: [
    { for: "body", startMs: 0, ms: 12 },
    { for: "account", startMs: 14, ms: 310, account: "studio-main" },
    { for: "back-off", startMs: 330, ms: 880 },
    { for: "account", startMs: 1210, ms: 420, account: "vertex-eu" },
  ],
  bytesIn: 48_210,
  bytesOut: 9120,
  tokens: { prompt: 12_004, cached: 8192, tool: 0, candidates: 812, thoughts: 344, total: 13_160 },
  costUsd: 0.0184,
};

/** The responses by path after `/admin/v1/`. */
export function CANNED(): Record<string, unknown> {
  const calls = Array.from({ length: 60 }, (_, nth) => cannedCall(nth));
  return {
    "status": {
      version: "0.1.0",
      startedAt: ago(5 * 3600e3),
      addresses: ["http://127.0.0.1:8045"],
      keyPolicy: { asks: "always", words: "Every request needs a key" },
      callsInFlight: 8,
      waitingCalls: 2,
      lastMinute: { requests: 1284, errors: 37, tokens: 2_418_220 },
      accounts: accounts(),
      keys: [],
    },
    "calls": { calls },
    "models": CANNED_MODELS,
    "usage": cannedUsage,
    "config": CANNED_CONFIG,
    "audit": cannedAudit,
    ...Object.fromEntries(calls.map(({ id }) => [`calls/${id}`, { ...EXPLANATION, id }])),
  };
}
