/**
 * Canned usage, configuration and audit log: a team's gateway over some weeks.
 *
 * @module
 */

const HOUR_MS = 3_600_000;

const NAMES: Readonly<Record<string, readonly string[]>> = {
  key: ["frontend-ci", "data-team", "grace", "nightly-evals", "default"],
  account: ["studio-main", "studio-backup", "vertex-eu", "ada-code-assist"],
  model: [
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemini-2.5-flash-lite",
    "gemini-3-pro-preview",
    "gemini-embedding-001",
    "veo-3.1-generate-preview",
    "gemini-2.5-flash-image",
    "gemini-live-2.5-flash",
    "",
  ],
};

/** `GET usage?by=hour,key` and its like. */
export function cannedUsage(query: URLSearchParams): unknown {
  const [period = "day", by = "key"] = (query.get("by") ?? "").split(",");
  const sinceMs = Date.parse(query.get("since") ?? "");
  const stepMs = period === "hour" ? HOUR_MS : 24 * HOUR_MS;
  const lines: Record<string, unknown>[] = [];
  const names = NAMES[by] ?? [];
  for (let at = sinceMs, nth = 0; at < Date.now(); at += stepMs, nth++) {
    for (const [of, name] of names.entries()) {
      const line = lineOf({ nth, of, scale: stepMs / HOUR_MS });
      if (line === undefined) continue;
      const shown = new Date(at).toISOString().slice(0, period === "hour" ? 13 : 10);
      lines.push({ [period]: shown, [by]: name, ...line });
    }
  }
  return {
    since: query.get("since"),
    until: new Date().toISOString(),
    pricesOf: "2026-11-01",
    total: totalOf(lines),
    lines,
  };
}

/** What a name used in a stretch of time: nothing at night, and little of most. */
function lineOf({ nth, of, scale }: {
  readonly nth: number;
  readonly of: number;
  readonly scale: number;
}) {
  const seed = ((nth * 31 + of * 17 + 7) * 2654435761) >>> 0;
  const wave = scale > 1
    ? 0.6 + (seed % 40) / 100
    : Math.max(0, Math.sin((nth / 24) * 2 * Math.PI - 1.2));
  const calls = Math.round((wave * scale * (40 + seed % 50)) / (of * of * 0.8 + 1));
  if (calls === 0) return undefined;
  const isVideo = of === 5;
  const isUnpriced = of === 7;
  const isNotReported = isVideo || (of === 0 && nth % 9 === 4);
  const prompt = isVideo ? 0 : calls * (900 + seed % 700);
  const output = isVideo ? 0 : calls * (180 + seed % 90);
  return {
    calls,
    errors: Math.floor(calls / 40),
    rotations: Math.floor(calls / 30),
    notKnown: isVideo ? calls : isNotReported ? 2 : 0,
    notPriced: isUnpriced ? calls : 0,
    prompt,
    cached: Math.floor(prompt / 3),
    tool: 0,
    thoughts: Math.floor(output / 2),
    output,
    bytesIn: prompt * 4,
    bytesOut: output * 4,
    firstByteMs: calls * (420 + seed % 300),
    firstBytes: calls,
    durationMs: calls * 2400,
    modalities: {},
    costUsd: isVideo || isUnpriced ? null : (prompt * 0.3 + output * 2.5) / 1e6,
  };
}

function totalOf(lines: readonly Record<string, unknown>[]): Record<string, unknown> {
  const total: Record<string, unknown> = {};
  const counts = ["calls", "errors", "rotations", "notKnown", "notPriced", "prompt", "cached"];
  const others = ["tool", "thoughts", "output", "firstByteMs", "firstBytes", "costUsd"];
  for (const name of [...counts, ...others]) {
    total[name] = lines.reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
  }
  return total;
}

const DEFAULT = { type: "default", words: "default" };
const FILE = "/home/ada/.config/pollux/config.yaml";

/** `GET config`. */
export const CANNED_CONFIG = {
  settings: [
    {
      name: "server.host",
      value: "127.0.0.1",
      default: "127.0.0.1",
      origin: DEFAULT,
      description: "Address to listen on",
      needsRestart: true,
    },
    {
      name: "server.port",
      value: 9000,
      default: 8045,
      origin: { type: "environment", words: "POLLUX_SERVER_PORT" },
      description: "Port to listen on; 0 takes a free one",
      needsRestart: true,
      afterRestart: 9100,
    },
    {
      name: "server.allowed_hosts",
      value: ["gemini.example.com", "gemini.internal.example.com"],
      default: [],
      origin: { type: "file", words: `"${FILE}", line 4` },
      description: "Host names by which clients may call the gateway, besides its own address",
      needsRestart: false,
    },
    {
      name: "auth.api_key",
      value: "(set)",
      default: null,
      origin: { type: "file", words: `"${FILE}", line 7` },
      description: "The gateway's own key, which clients send",
      needsRestart: false,
    },
    {
      name: "routing.strategy",
      value: "balance",
      default: "balance",
      origin: DEFAULT,
      description: "How an account is chosen for a new conversation",
      needsRestart: false,
    },
    {
      name: "admin.remote",
      value: false,
      default: false,
      origin: DEFAULT,
      description: "Whether the page and the admin API also respond to other machines",
      needsRestart: false,
    },
    {
      name: "aliases",
      value: { "claude-*": "gemini-2.5-pro", "gpt-4o": "gemini-2.5-flash" },
      default: {},
      origin: { type: "file", words: `"${FILE}", line 12` },
      description: "Other names of models",
      needsRestart: false,
    },
  ],
};

/** `GET audit`: three pages. */
export function cannedAudit(query: URLSearchParams): unknown {
  const limit = Number(query.get("limit") ?? 100);
  const after = query.get("before");
  const first = after === null ? 0 : Number(after) + 1;
  const actions = [
    ["page", "keys.rotate", "frontend-ci", "the former text is valid for 24 hours more"],
    ["page", "admin.sign-in", "", "with a code"],
    ["command", "accounts.add", "vertex-eu", "vertex, project acme-prod, location europe-west4"],
    ["admin-api", "keys.create", "nightly-evals", "2,000 requests a day, $5 a month"],
    ["configuration", "config.apply", "", "routing.strategy, prices.models"],
    ["gateway", "accounts.disable", "old-trial", "API key not valid. Please pass a valid API key."],
  ] as const;
  const all = Array.from({ length: 120 }, (_, nth) => {
    const [door, action, subject, detail] = actions[nth % actions.length] ?? actions[0];
    const at = new Date(Date.now() - nth * 47 * 60_000).toISOString();
    return { id: String(nth), at, door, action, subject, detail };
  });
  return { entries: all.slice(first, first + limit) };
}

/** `GET models`. */
export const CANNED_MODELS = {
  models: [
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-2.5-pro",
    "gemini-3-pro-preview",
  ].map((model) => ({
    model,
    displayName: model,
    methods: ["generateContent", "countTokens"],
    offers: [{ accounts: ["studio-main"], methods: ["generateContent", "countTokens"] }],
  })).concat({
    model: "gemini-embedding-001",
    displayName: "Gemini Embedding",
    methods: ["embedContent"],
    offers: [{ accounts: ["studio-main"], methods: ["embedContent"] }],
  }),
  lists: [],
};
