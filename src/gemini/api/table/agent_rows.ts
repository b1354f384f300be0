/**
 * The rows of the collections that interactions use: agents, environments, triggers, webhooks, credentials, voices,
 * decisions.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { IN_INTERACTIONS } from "./interaction_rows.ts";
import { ACT, CALL, CHANGE, CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

const KINDS = { "gemini-api": "resource" } as const;

const AGENTS = { kinds: KINDS, names: ["agents"] } as const;
const ENVIRONMENTS = { kinds: KINDS, names: ["environments"] } as const;
const TRIGGERS = { kinds: KINDS, names: ["triggers"] } as const;
const WEBHOOKS = { kinds: KINDS, names: ["webhooks"] } as const;
const CREDENTIALS = { kinds: KINDS, names: ["credentials"] } as const;
const VOICES = { kinds: KINDS, names: ["voices"] } as const;

/** Pages of these collections, whose members have names in snake_case. */
const PAGES = { defaultSize: 50, largestSize: 1000, isSnakeCase: true } as const;

const EXECUTION = {
  kinds: KINDS,
  names: ["triggers"],
  shows: { environmentId: "environments", interactionId: "interactions" },
} as const;

const ENVIRONMENT_FILE = "environments/{environment}/files/{...path}";

const UPLOAD = {
  ...ACT,
  verb: "PUT",
  prefix: "upload",
  path: ENVIRONMENT_FILE,
  kinds: { "gemini-api": "upload" },
  body: "bytes",
  response: "upload",
  names: ENVIRONMENTS.names,
} as const;

/** The rows, by the methods' names. */
export const AGENT_ROWS = {
  "agents.create": {
    ...CREATE,
    path: "agents",
    kinds: KINDS,
    names: IN_INTERACTIONS,
    makes: ["agents"],
  },
  "agents.list": {
    ...LIST,
    path: "agents",
    kinds: KINDS,
    list: { member: "agents", ...PAGES },
  },
  "agents.get": { ...READ, ...AGENTS, path: "agents/{agent}" },
  "agents.delete": { ...REMOVE, ...AGENTS, path: "agents/{agent}" },
  "environments.create": {
    ...CREATE,
    path: "environments",
    kinds: KINDS,
    names: ["environments", "credentials"],
    makes: ["environments"],
  },
  "environments.list": {
    ...LIST,
    path: "environments",
    kinds: KINDS,
    list: { member: "environments", ...PAGES },
  },
  "environments.get": { ...READ, ...ENVIRONMENTS, path: "environments/{environment}" },
  "environments.delete": { ...REMOVE, ...ENVIRONMENTS, path: "environments/{environment}" },
  // A list of files or, with alt=media, the content of one.
  "environmentFiles.get": {
    ...READ,
    path: ENVIRONMENT_FILE,
    kinds: { "gemini-api": "content" },
    names: ENVIRONMENTS.names,
    response: "bytes",
  },
  "media.uploadToEnvironment": UPLOAD,
  "media.resumeToEnvironment": { ...UPLOAD, verb: "POST", retry: "never" },
  "triggers.create": {
    ...CREATE,
    path: "triggers",
    kinds: KINDS,
    names: IN_INTERACTIONS,
    makes: ["triggers"],
  },
  "triggers.list": {
    ...LIST,
    path: "triggers",
    kinds: KINDS,
    list: { member: "triggers", ...PAGES },
  },
  "triggers.get": { ...READ, ...TRIGGERS, path: "triggers/{trigger}" },
  "triggers.patch": { ...CHANGE, ...TRIGGERS, path: "triggers/{trigger}" },
  "triggers.delete": { ...REMOVE, ...TRIGGERS, path: "triggers/{trigger}" },
  // Each runs the trigger's interaction in the background, whose usage is reported when it is read.
  "triggerExecutions.create": {
    ...ACT,
    ...EXECUTION,
    path: "triggers/{trigger}/executions",
    usage: "later",
  },
  "triggerExecutions.list": {
    ...READ,
    kinds: KINDS,
    names: ["triggers"],
    path: "triggers/{trigger}/executions",
    shows: {
      "triggerExecutions.environmentId": "environments",
      "triggerExecutions.interactionId": "interactions",
    },
  },
  "webhooks.create": {
    ...CREATE,
    path: "webhooks",
    kinds: KINDS,
    makes: ["webhooks"],
  },
  "webhooks.list": {
    ...LIST,
    path: "webhooks",
    kinds: KINDS,
    list: { member: "webhooks", ...PAGES },
  },
  "webhooks.get": { ...READ, ...WEBHOOKS, path: "webhooks/{webhook}" },
  "webhooks.patch": { ...CHANGE, ...WEBHOOKS, path: "webhooks/{webhook}" },
  "webhooks.delete": { ...REMOVE, ...WEBHOOKS, path: "webhooks/{webhook}" },
  "webhooks.ping": { ...ACT, ...WEBHOOKS, path: "webhooks/{webhook}:ping" },
  "webhooks.rotateSigningSecret": {
    ...ACT,
    ...WEBHOOKS,
    path: "webhooks/{webhook}:rotateSigningSecret",
  },
  "credentials.create": {
    ...CREATE,
    path: "credentials",
    kinds: KINDS,
    makes: ["credentials"],
  },
  "credentials.list": {
    ...LIST,
    path: "credentials",
    kinds: KINDS,
    list: { member: "credentials", ...PAGES },
  },
  "credentials.get": { ...READ, ...CREDENTIALS, path: "credentials/{credential}" },
  "credentials.patch": { ...CHANGE, ...CREDENTIALS, path: "credentials/{credential}" },
  "credentials.delete": { ...REMOVE, ...CREDENTIALS, path: "credentials/{credential}" },
  "voices.create": {
    ...CREATE,
    path: "voices",
    kinds: KINDS,
    names: ["voices"],
    makes: ["voices"],
  },
  "voices.list": {
    ...LIST,
    path: "voices",
    kinds: KINDS,
    list: { member: "voices", ...PAGES },
  },
  "voices.get": { ...READ, ...VOICES, path: "voices/{voice}" },
  "voices.delete": { ...REMOVE, ...VOICES, path: "voices/{voice}" },
  "decisions.create": {
    ...CALL,
    path: "decisions",
    kinds: { "gemini-api": "interaction" },
    names: ["files"],
    usage: "interaction",
    joinsConversation: true,
    comesWith: "generateContent",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
