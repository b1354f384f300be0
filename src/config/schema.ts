/**
 * Every setting: its name, its values, its default, and its purpose. The list in
 * docs/configuration.md, the JSON Schema for editors and `config show` are generated from it.
 *
 * @module
 */
import * as z from "zod";
import { logLevel, logLevels } from "./values/log_levels.ts";
import {
  allowedHosts,
  corsOrigins,
  hostAddress,
  listenAddress,
  trustedProxies,
} from "./values/place_types.ts";
import { modelPrices } from "./values/model_prices.ts";
import {
  absolutePath,
  duration,
  flag,
  moment,
  names,
  numeric,
  serverUrl,
  wait,
} from "./values/value_types.ts";

/** Metadata of a section or a key. */
export interface ConfigNote {
  /** Its purpose, briefly. */
  readonly description: string;
  /** Its value is never shown. */
  readonly isSecret?: true;
  /** A change takes effect with the next start. */
  readonly needsRestart?: true;
}

/** The metadata of sections and keys. */
export const configNotes = z.registry<ConfigNote>();

const tls = z.strictObject({
  cert: absolutePath.optional().register(configNotes, {
    description: "certificate and its chain (PEM): with the key, clients use https and wss",
    needsRestart: true,
  }),
  key: absolutePath.optional().register(configNotes, {
    description: "the certificate's private key (PEM)",
    needsRestart: true,
  }),
  port: numeric(z.number().int().min(0).max(65535)).optional().register(configNotes, {
    description: "a second port, for https; server.port stays http then",
    needsRestart: true,
  }),
}).superRefine(({ cert, key }, context) => {
  if ((cert === undefined) === (key === undefined)) return;
  const [there, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
  const message = `is missing, but server.tls.${there} is set; set both or none`;
  context.addIssue({ code: "custom", path: [missing], message });
});

const server = z.strictObject({
  host: hostAddress.prefault("127.0.0.1").register(configNotes, {
    description: "address to listen on",
    needsRestart: true,
  }),
  port: numeric(z.number().int().min(0).max(65535)).prefault(8045).register(configNotes, {
    description: "port to listen on; 0 takes any free port",
    needsRestart: true,
  }),
  allowed_hosts: allowedHosts.prefault([]).register(configNotes, {
    description: "names, besides those of this machine, under which clients may call, with a key",
  }),
  cors_origins: corsOrigins.prefault([]).register(configNotes, {
    description: "origins of web pages that may call, as in https://example.com",
  }),
  trusted_proxies: trustedProxies.prefault([]).register(configNotes, {
    description: "proxies that name the client in X-Forwarded-For, as in 10.0.0.7 or 10.0.0.0/8",
  }),
  public_url: serverUrl.optional().register(configNotes, {
    description: "the gateway's address for clients elsewhere, as in https://gemini.example.com",
  }),
  max_body_mib: numeric(z.number().positive()).prefault(100).register(configNotes, {
    description: "largest request body, in MiB",
  }),
  max_memory_mib: numeric(z.number().positive()).prefault(256).register(configNotes, {
    description: "most memory for all request bodies, in MiB; further requests wait",
  }),
  body_timeout: wait.prefault("2m").register(configNotes, {
    description: "longest time until a request body has arrived",
  }),
  drain_timeout: wait.prefault("30s").register(configNotes, {
    description: "longest time that running requests may take after a stop",
  }),
  tls: tls.prefault({}).register(configNotes, { description: "encrypted connections" }),
}).superRefine(({ port, tls }, context) => {
  if (port === 0 || tls.port !== port) return;
  const message = "must differ from server.port; leave it out to have https on that port";
  context.addIssue({ code: "custom", path: ["tls", "port"], message });
});

const auth = z.strictObject({
  mode: z.enum(["off", "strict", "all_except_health", "auto"]).prefault("auto").register(
    configNotes,
    {
      description:
        "auto, all_except_health, strict, off; auto asks for a key once one is set or others can call",
    },
  ),
  api_key: z.string("must be text; a key of digits needs quotes").optional().register(
    configNotes,
    {
      description: "the gateway's own key, which clients send as their API key",
      isSecret: true,
    },
  ),
});

const admin = z.strictObject({
  key: z.string("must be text; a key of digits needs quotes")
    .min(16, "must have at least 16 characters").optional().register(configNotes, {
      description: "the key of the page and the admin API; without it, each start makes one",
      isSecret: true,
      needsRestart: true,
    }),
  remote: flag.prefault(false).register(configNotes, {
    description: "let the page and the admin API respond to other machines, too",
  }),
  listen: listenAddress.optional().register(configNotes, {
    description:
      "a second address, for the page, the admin API and metrics alone, as in 127.0.0.1:8046",
    needsRestart: true,
  }),
});

const streaming = z.strictObject({
  default_format: z.enum(["sse", "json"]).prefault("sse").register(configNotes, {
    description: "sse or json: format of a stream without alt=; Google's is json",
  }),
  done_sentinel: z.enum(["pass", "strip"]).prefault("pass").register(configNotes, {
    description: "pass on or strip a [DONE] that upstream sent",
  }),
});

const openai = z.strictObject({
  passthrough: flag.prefault(false).register(configNotes, {
    description: "let Google itself serve /v1beta/openai, through accounts of the Gemini API",
  }),
});

const routing = z.strictObject({
  max_attempts: numeric(z.number().int().min(1).max(10)).prefault(3).register(configNotes, {
    description: "most upstream requests for one client request",
  }),
  strategy: z.enum(["balance", "cache_first", "performance_first", "use_first_what_expires"])
    .prefault("balance").register(configNotes, {
      description:
        "cache_first waits for a conversation's account, performance_first spreads by load, " +
        "use_first_what_expires spends the quota that ends soonest",
    }),
  session_ttl: duration.prefault("1h").register(configNotes, {
    description: "how long an unused conversation stays with its account",
  }),
  max_wait: wait.prefault("30s").register(configNotes, {
    description:
      "longest wait for a busy account; with cache_first also for the conversation's own",
  }),
  max_waiting: numeric(z.number().int().min(0).max(100_000)).prefault(100).register(configNotes, {
    description: "most requests that wait for a busy account at the same time",
  }),
});

const timeouts = z.strictObject({
  first_byte: wait.prefault("5m").register(configNotes, {
    description: "longest wait for the first content of a stream, or for a whole response",
  }),
  idle: wait.prefault("5m").register(configNotes, {
    description: "longest silence within a stream or an upload",
  }),
  total: wait.prefault("30m").register(configNotes, {
    description: "longest time that a request may take",
  }),
});

const files = z.strictObject({
  max_upload_mib: numeric(z.number().positive()).prefault(2048).register(configNotes, {
    description: "largest file that clients may upload, in MiB",
  }),
  keep_copy: flag.prefault(false).register(configNotes, {
    description: "keep copies of uploads, so that another account can use them",
  }),
  keep_copy_mib: numeric(z.number().positive()).prefault(100).register(configNotes, {
    description: "largest file of which a copy is kept, in MiB",
  }),
  keep_copy_total_mib: numeric(z.number().positive()).prefault(1024).register(configNotes, {
    description: "most of all copies together, in MiB; the oldest are deleted",
  }),
});

const models = z.strictObject({
  aliases: names.prefault({}).register(configNotes, {
    description: 'as in {fast: gemini-2.5-flash, "gpt-*": gemini-2.5-pro}',
  }),
});

const prices = z.strictObject({
  models: modelPrices.prefault({}).register(configNotes, {
    description: 'USD per million tokens, as in {"gemini-x*": {input: 1, output: 4}}',
  }),
  unknown: z.enum(["allow", "refuse"]).prefault("allow").register(configNotes, {
    description: "allow or refuse calls of a key with a budget to models without a known price",
  }),
});

const store = z.strictObject({
  url: serverUrl.optional().register(configNotes, {
    description: "a KV Connect server that several gateways share, as in https://kv.example.com",
    needsRestart: true,
  }),
  token: z.string("must be text; a token of digits needs quotes").optional().register(configNotes, {
    description: "the server's access token",
    isSecret: true,
    needsRestart: true,
  }),
  token_file: z.string().min(1).optional().register(configNotes, {
    description: "the file that holds the token",
    needsRestart: true,
  }),
});

const usage = z.strictObject({
  retention: duration.prefault("400d").register(configNotes, {
    description: "how long the sums of usage are kept; after 35 days, by day instead of by hour",
  }),
});

const network = z.strictObject({
  proxy: z.string().min(1).optional().register(configNotes, {
    description: "proxy for accounts without their own, as in http://proxy.example:3128",
    isSecret: true,
    needsRestart: true,
  }),
  ca_file: absolutePath.optional().register(configNotes, {
    description: "certificates (PEM) of authorities to trust besides the system's and Mozilla's",
    needsRestart: true,
  }),
});

const log = z.strictObject({
  level: logLevel.prefault("info").register(configNotes, {
    description: "debug, info, warning, error",
  }),
  levels: logLevels.prefault({}).register(configNotes, {
    description: "levels of areas, as in {calls: warning}; areas: calls, gateway, config, bodies",
  }),
  format: z.enum(["auto", "text", "json"]).prefault("auto").register(configNotes, {
    description: "text, json; auto is text on a terminal",
  }),
  bodies_until: moment.optional().register(configNotes, {
    description: "log request bodies until then, as in 2030-01-31T18:00:00Z",
  }),
});

/** The settings, as a configuration file has them. A key that is not here is an error. */
export const configSchema = z.strictObject({
  server: server.prefault({}).register(configNotes, {
    description: "where Pollux listens, and what it accepts",
  }),
  auth: auth.prefault({}).register(configNotes, { description: "who may call" }),
  admin: admin.prefault({}).register(configNotes, { description: "the page and the admin API" }),
  streaming: streaming.prefault({}).register(configNotes, {
    description: "how streams are written",
  }),
  openai: openai.prefault({}).register(configNotes, { description: "OpenAI's API" }),
  routing: routing.prefault({}).register(configNotes, {
    description: "which account gets a request",
  }),
  timeouts: timeouts.prefault({}).register(configNotes, { description: "how long to wait" }),
  files: files.prefault({}).register(configNotes, { description: "files that clients upload" }),
  models: models.prefault({}).register(configNotes, { description: "other names for models" }),
  prices: prices.prefault({}).register(configNotes, {
    description: "what models cost, for the estimates of costs",
  }),
  store: store.prefault({}).register(configNotes, { description: "where accounts are kept" }),
  usage: usage.prefault({}).register(configNotes, { description: "what is kept of usage" }),
  network: network.prefault({}).register(configNotes, {
    description: "how Pollux reaches Google",
  }),
  log: log.prefault({}).register(configNotes, { description: "what is logged, and how" }),
}).superRefine(({ auth, admin }, context) => {
  if (admin.key === undefined || admin.key !== auth.api_key) return;
  const message = "must differ from auth.api_key, which all clients may have";
  context.addIssue({ code: "custom", path: ["admin", "key"], message });
});

/** The settings in force. Times are in ms. */
export type Config = z.infer<typeof configSchema>;
