/** What each format makes of one file that the other programs write. @module */
import assert from "node:assert/strict";
import type { ImportContext } from "../../../src/accounts/import/import_format.ts";
import { CLIENT, codeAssist, file, geminiApi, KEY, read, told, vertex } from "./read_format.ts";
import {
  ADC_FILE,
  ANTIGRAVITY_FILE,
  CLIPROXY_ANTIGRAVITY,
  CLIPROXY_GEMINI,
  CLIPROXY_VERTEX,
  GEMINI_CLI_FILE,
  SERVICE_ACCOUNT,
} from "./source_fixtures.ts";

/** Format, content, what the user adds, what comes of it. */
const CASES: readonly {
  readonly id: string;
  readonly title: string;
  readonly content: unknown;
  readonly added?: Partial<ImportContext>;
  readonly gives: unknown;
}[] = [
  {
    id: "adc",
    title: "a user's sign-in, with its quota project",
    content: ADC_FILE,
    gives: codeAssist("1//planted-adc", { quotaProject: "billed-1" }),
  },
  {
    id: "adc",
    title: "a sign-in without a quota project, with the client that it names",
    content: { ...ADC_FILE, quota_project_id: undefined },
    added: { client: CLIENT },
    gives: codeAssist("1//planted-adc"),
  },
  {
    id: "adc",
    title: "a service account, with the location that the user adds",
    content: SERVICE_ACCOUNT,
    added: { location: "us-central1", project: "added-1" },
    gives: vertex(),
  },
  {
    id: "adc",
    title: "a service account with a quota project, everywhere",
    content: { ...SERVICE_ACCOUNT, quota_project_id: "billed-1" },
    added: { location: "global" },
    gives: vertex({
      baseUrls: ["https://aiplatform.googleapis.com"],
      location: "global",
      quotaProject: "billed-1",
    }),
  },
  {
    id: "adc",
    title: "a service account without a location",
    content: SERVICE_ACCOUNT,
    gives: /names no location.*name one with --location.*"us-central1", or "global"/,
  },
  {
    id: "adc",
    title: "a service account for Code Assist",
    content: SERVICE_ACCOUNT,
    added: { kind: "code-assist", location: "us-central1" },
    gives: /Only Vertex AI takes .*"service_account"; leave out --kind/,
  },
  {
    id: "adc",
    title: "a service account without its key",
    content: { ...SERVICE_ACCOUNT, private_key: undefined },
    added: { location: "us-central1" },
    gives: /lacks "private_key"/,
  },
  {
    id: "adc",
    title: "a user's sign-in for Vertex AI",
    content: ADC_FILE,
    added: { kind: "vertex", project: "added-1", location: "eu" },
    gives: {
      ...codeAssist("1//planted-adc", { quotaProject: "billed-1" }),
      kind: "vertex",
      baseUrls: ["https://aiplatform.eu.rep.googleapis.com"],
      project: "added-1",
      location: "eu",
    },
  },
  {
    id: "adc",
    title: "a user's sign-in for Vertex AI without a project",
    content: ADC_FILE,
    added: { kind: "vertex", location: "eu" },
    gives: /names no project.*name one with --project/,
  },
  {
    id: "adc",
    title: "a user's sign-in with the project that the user adds",
    content: ADC_FILE,
    added: { project: "added-1", location: "eu" },
    gives: codeAssist("1//planted-adc", { project: "added-1", quotaProject: "billed-1" }),
  },
  {
    id: "adc",
    title: "a workload identity without its audience",
    content: { type: "external_account" },
    gives: /lacks "audience".*workload-identity-pools/,
  },
  {
    id: "adc",
    title: "a sign-in without its secret",
    content: { ...ADC_FILE, client_secret: undefined },
    gives: /lacks "client_secret"/,
  },
  { id: "adc", title: "no JSON", content: "planted", gives: /not a JSON object/ },
  {
    id: "gemini-cli",
    title: "tokens, with the user's client",
    content: GEMINI_CLI_FILE,
    added: { client: CLIENT },
    gives: codeAssist("1//planted-cli", { own: true }),
  },
  {
    id: "gemini-cli",
    title: "tokens without a client",
    content: GEMINI_CLI_FILE,
    gives: /--client-file.*import --from adc/,
  },
  {
    id: "gemini-cli",
    title: "an access token alone",
    content: { access_token: "ya29.planted" },
    added: { client: CLIENT },
    gives: /no "refresh_token"/,
  },
  {
    id: "cliproxyapi",
    title: "a Google sign-in, with its project and its client",
    content: CLIPROXY_GEMINI,
    added: { client: CLIENT },
    gives: codeAssist("1//planted-cpa", { project: "my-project-1" }),
  },
  {
    id: "cliproxyapi",
    title: "a sign-in for several projects, without any of them",
    content: { ...CLIPROXY_GEMINI, project_id: "my-project-1,my-project-2" },
    gives: codeAssist("1//planted-cpa"),
  },
  {
    id: "cliproxyapi",
    title: "a sign-in for all projects, without any of them",
    content: { ...CLIPROXY_GEMINI, project_id: "ALL" },
    gives: codeAssist("1//planted-cpa"),
  },
  {
    id: "cliproxyapi",
    title: "settings: disabled, proxy, priority, excluded models",
    content: {
      ...CLIPROXY_GEMINI,
      disabled: true,
      proxy_url: "socks5://u:planted@127.0.0.1:1080",
      priority: "3",
      excluded_models: ["*-preview"],
    },
    gives: codeAssist("1//planted-cpa", {
      project: "my-project-1",
      enabled: false,
      proxy: "socks5://u:planted@127.0.0.1:1080",
      priority: 3,
      models: { allow: [], deny: ["*-preview"] },
    }),
  },
  {
    id: "cliproxyapi",
    title: "a sign-in that goes past every proxy",
    content: { ...CLIPROXY_GEMINI, proxy_url: "direct" },
    gives: codeAssist("1//planted-cpa", { project: "my-project-1" }),
  },
  {
    id: "cliproxyapi",
    title: "a sign-in whose proxy cannot be used",
    content: { ...CLIPROXY_GEMINI, proxy_url: "sourceip://planted" },
    gives: /The proxy must be/,
  },
  {
    id: "cliproxyapi",
    title: "an API key",
    content: { type: "gemini", api_key: ` ${KEY} ` },
    gives: geminiApi(KEY),
  },
  {
    id: "cliproxyapi",
    title: "what is no API key",
    content: { type: "gemini", api_key: "planted key" },
    gives: /not an API key/,
  },
  {
    id: "cliproxyapi",
    title: "an Antigravity sign-in, with the user's client",
    content: CLIPROXY_ANTIGRAVITY,
    added: { client: CLIENT },
    gives: codeAssist("1//planted-cpa-antigravity", { own: true, project: "my-project-2" }),
  },
  {
    id: "cliproxyapi",
    title: "an Antigravity sign-in without a client",
    content: CLIPROXY_ANTIGRAVITY,
    gives: /--client-file/,
  },
  {
    id: "cliproxyapi",
    title: "a service account, with its project, its location and its settings",
    content: { ...CLIPROXY_VERTEX, disabled: true, priority: 2 },
    added: { project: "added-1", location: "eu" },
    gives: vertex({ project: "my-project-4", enabled: false, priority: 2 }),
  },
  {
    id: "cliproxyapi",
    title: "a service account without project and location",
    content: { ...CLIPROXY_VERTEX, project_id: "", location: undefined },
    added: { location: "us-central1" },
    gives: vertex(),
  },
  {
    id: "cliproxyapi",
    title: "a service account without a location, which the user does not add either",
    content: { ...CLIPROXY_VERTEX, location: "" },
    gives: /name one with --location/,
  },
  {
    id: "cliproxyapi",
    title: "a service account whose location is none",
    content: { ...CLIPROXY_VERTEX, location: "planted.example.com/" },
    added: { location: "us-central1" },
    gives: /"location" is not a location of Vertex AI/,
  },
  {
    id: "cliproxyapi",
    title: "a file of Vertex AI without a service account",
    content: { ...CLIPROXY_VERTEX, service_account: undefined },
    gives: /lacks "client_email", "private_key"/,
  },
  {
    id: "cliproxyapi",
    title: "a Google sign-in for Vertex AI, with its project",
    content: CLIPROXY_GEMINI,
    added: { kind: "vertex", project: "added-1", location: "us-central1" },
    gives: {
      ...codeAssist("1//planted-cpa"),
      ...{ kind: "vertex", baseUrls: vertex().baseUrls },
      ...{ project: "my-project-1", location: "us-central1" },
    },
  },
  {
    id: "cliproxyapi",
    title: "an account of another service",
    content: { type: "claude", access_token: "planted" },
    gives: "It is an account of another service",
  },
  { id: "cliproxyapi", title: "a file without type", content: { a: 1 }, gives: 'It has no "type"' },
  {
    id: "antigravity",
    title: "a sign-in, with the user's client",
    content: ANTIGRAVITY_FILE,
    added: { client: CLIENT },
    gives: codeAssist("1//planted-antigravity", { own: true, project: "my-project-3" }),
  },
  {
    id: "antigravity",
    title: "an account that is disabled there",
    content: { ...ANTIGRAVITY_FILE, proxy_disabled: true },
    added: { client: CLIENT },
    gives: codeAssist("1//planted-antigravity", {
      own: true,
      project: "my-project-3",
      enabled: false,
    }),
  },
  {
    id: "antigravity",
    title: "a sign-in without a client",
    content: ANTIGRAVITY_FILE,
    gives: /--client-file/,
  },
  {
    id: "antigravity",
    title: "an account without tokens",
    content: { ...ANTIGRAVITY_FILE, token: undefined },
    added: { client: CLIENT },
    gives: /no "refresh_token"/,
  },
  { id: "keys", title: "a key", content: KEY, gives: geminiApi(KEY) },
  { id: "keys", title: "a text with blanks", content: "planted key", gives: /not an API key/ },
  { id: "keys", title: "a variable's line", content: `KEY=${KEY}`, gives: /not an API key/ },
];

for (const { id, title, content, added, gives } of CASES) {
  Deno.test(`${id}: ${title}`, () => {
    const items = read(id, [file("one.json", content)], added);
    assert.equal(items.length, 1);
    const outcome = items[0] && told(items[0]);
    if (gives instanceof RegExp) assert.match(String(outcome), gives);
    else assert.deepEqual(outcome, gives);
    if (typeof outcome === "string") assert.doesNotMatch(outcome, /planted/);
  });
}
