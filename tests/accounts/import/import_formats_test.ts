/** What each format makes of the files that the other programs write. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ImportItem,
  isFault,
  type SourceFile,
} from "../../../src/accounts/import/import_format.ts";
import { IMPORT_FORMATS, recogniseFormat } from "../../../src/accounts/import/import_formats.ts";
import { googleClient } from "../../../src/accounts/oauth_client.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import {
  ADC_FILE,
  ANTIGRAVITY_FILE,
  ANTIGRAVITY_INDEX,
  CLIPROXY_ANTIGRAVITY,
  CLIPROXY_GEMINI,
  GEMINI_CLI_FILE,
  SERVICE_ACCOUNT,
} from "./source_fixtures.ts";

const CLIENT = googleClient("own-client", new Secret("planted-own-secret"));
const TOKEN_URI = "https://oauth2.googleapis.com/token";

function file(name: string, content: unknown): SourceFile {
  return { name, text: typeof content === "string" ? content : JSON.stringify(content) };
}

/** Reads files of a format; without a client unless one is given. */
function read(id: string, files: readonly SourceFile[], client?: typeof CLIENT) {
  const format = IMPORT_FORMATS.find((format) => format.id === id);
  assert.ok(format);
  return format.read(files, { client });
}

/** An entry's account with its secrets told, or why there is none. */
function told({ outcome }: ImportItem): unknown {
  if (isFault(outcome)) return outcome.reason;
  const { credential, proxy, ...account } = outcome;
  const { type, ...members } = credential;
  return {
    ...account,
    ...(proxy === undefined ? {} : { proxy: proxy.reveal() }),
    credential: Object.fromEntries(
      [["type", type], ...Object.entries(members)].map(([name, value]) => [
        name,
        value instanceof Secret ? value.reveal() : value,
      ]),
    ),
  };
}

function codeAssist(refreshToken: string, changes: Readonly<Record<string, unknown>> = {}) {
  const { own = false, ...rest } = changes;
  return {
    kind: "code-assist",
    baseUrls: ["https://cloudcode-pa.googleapis.com"],
    ...rest,
    credential: {
      type: "authorized_user",
      clientId: own ? "own-client" : "planted-client.apps.googleusercontent.com",
      clientSecret: own ? "planted-own-secret" : "planted-client-secret",
      refreshToken,
      tokenUri: TOKEN_URI,
    },
  };
}

function geminiApi(key: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    kind: "gemini-api",
    baseUrls: ["https://generativelanguage.googleapis.com"],
    ...changes,
    credential: { type: "api_key", key },
  };
}

const KEY = "AIzaSyPlanted0123456789";

/** Format, content, what comes of it; with the user's own client where `client` says so. */
const CASES: readonly {
  readonly id: string;
  readonly title: string;
  readonly content: unknown;
  readonly client?: true;
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
    client: true,
    gives: codeAssist("1//planted-adc"),
  },
  {
    id: "adc",
    title: "a service account",
    content: SERVICE_ACCOUNT,
    gives: /only Vertex AI takes/,
  },
  {
    id: "adc",
    title: "a workload identity",
    content: { type: "external_account" },
    gives: /workload identity/,
  },
  {
    id: "adc",
    title: "a sign-in without its secret",
    content: { ...ADC_FILE, client_secret: undefined },
    gives: /lacks "client_secret"/,
  },
  { id: "adc", title: "no JSON", content: "planted", gives: /no JSON object/ },
  {
    id: "gemini-cli",
    title: "tokens, with the user's client",
    content: GEMINI_CLI_FILE,
    client: true,
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
    client: true,
    gives: /no "refresh_token"/,
  },
  {
    id: "cliproxyapi",
    title: "a Google sign-in, with its project and its client",
    content: CLIPROXY_GEMINI,
    client: true,
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
    gives: /The proxy has to be/,
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
    gives: /no API key/,
  },
  {
    id: "cliproxyapi",
    title: "an Antigravity sign-in, with the user's client",
    content: CLIPROXY_ANTIGRAVITY,
    client: true,
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
    title: "a service account",
    content: { type: "vertex", service_account: SERVICE_ACCOUNT, project_id: "p", location: "eu" },
    gives: /only Vertex AI takes/,
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
    client: true,
    gives: codeAssist("1//planted-antigravity", { own: true, project: "my-project-3" }),
  },
  {
    id: "antigravity",
    title: "an account that is disabled there",
    content: { ...ANTIGRAVITY_FILE, proxy_disabled: true },
    client: true,
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
    client: true,
    gives: /no "refresh_token"/,
  },
  { id: "keys", title: "a key", content: KEY, gives: geminiApi(KEY) },
  { id: "keys", title: "a text with blanks", content: "planted key", gives: /no API key/ },
  { id: "keys", title: "a variable's line", content: `KEY=${KEY}`, gives: /no API key/ },
];

for (const { id, title, content, client, gives } of CASES) {
  Deno.test(`${id}: ${title}`, () => {
    const items = read(id, [file("one.json", content)], client && CLIENT);
    assert.equal(items.length, 1);
    const outcome = items[0] && told(items[0]);
    if (gives instanceof RegExp) assert.match(String(outcome), gives);
    else assert.deepEqual(outcome, gives);
    if (typeof outcome === "string") assert.doesNotMatch(outcome, /planted|ada@|robot@/);
  });
}

Deno.test("antigravity: the index is no account", () => {
  const files = [file("accounts.json", ANTIGRAVITY_INDEX), file("a.json", ANTIGRAVITY_FILE)];
  assert.deepEqual(read("antigravity", files, CLIENT).map(({ where }) => where), ["a.json"]);
});

Deno.test("cliproxyapi: files are named without their owner's address, however it is written", () => {
  const names = {
    "gemini-ada@example.com-my-project-1.json": "gemini-***-my-project-1.json (file 1)",
    "antigravity-ada_example_com.json": "antigravity-***.json (file 2)",
    "work.json": "work.json",
  };
  const files = Object.keys(names).map((name) => file(name, CLIPROXY_GEMINI));
  assert.deepEqual(read("cliproxyapi", files).map(({ where }) => where), Object.values(names));
  const [broken] = read("cliproxyapi", [file("gemini-ada@example.com-p.json", "{")]);
  assert.equal(broken?.where, "*** (file 1)");
});

Deno.test("keys: one bad line of many is named by its number, and stops no other", () => {
  const text = `\uFEFF# mine\r\n${KEY}a\r\n\r\n  ${KEY}b # of the lab\nno key\n#${KEY}c\n${KEY}d`;
  const items = read("keys", [file("keys.txt", text)]);
  assert.deepEqual(
    items.map((item) => [item.where, typeof told(item)]),
    [["line 2", "object"], ["line 4", "object"], ["line 5", "string"], ["line 7", "object"]],
  );
});

Deno.test("keys: every key of any list is found, in order, among comments and blank lines", () => {
  const key = fc.stringMatching(/^[A-Za-z0-9._-]{16,60}$/);
  const blank = fc.constantFrom("", "   ", "# a comment", "\t#", "#AIzaSyCommentedOut012345");
  const end = fc.constantFrom("\n", "\r\n", "\r");
  const entry = fc.oneof(key.map((key) => ({ key, line: ` ${key}\t` })), blank);
  fc.assert(fc.property(fc.array(entry), end, (entries, end) => {
    const lines = entries.map((entry) => typeof entry === "string" ? entry : entry.line);
    const keys = entries.flatMap((entry) => typeof entry === "string" ? [] : entry.key);
    const items = read("keys", [file("keys.txt", lines.join(end))]);
    assert.deepEqual(items.map(told), keys.map((key) => geminiApi(key)));
  }));
});

Deno.test("No format throws, whatever the file holds, or repeats a word of it", () => {
  const word = fc.constantFrom("planted-1", "ada@example.com", 1, null, true, {}, []);
  const names = [
    ...["type", "token", "refresh_token", "client_id", "client_secret", "token_uri", "email"],
    ...["api_key", "proxy_url", "priority", "excluded_models", "accounts", "project_id"],
  ];
  const members = fc.dictionary(fc.constantFrom(...names), word);
  const content = fc.oneof(
    fc.record({ type: fc.constantFrom("gemini", "authorized_user", "vertex"), token: members }),
    members,
    fc.json(),
    fc.string().map((text) => `planted ${text}`),
  );
  fc.assert(fc.property(content, (content) => {
    for (const { id } of IMPORT_FORMATS) {
      for (const { where, outcome } of read(id, [file("one.json", content)], CLIENT)) {
        assert.match(where, /^(one\.json|line \d+)/);
        if (isFault(outcome)) assert.doesNotMatch(outcome.reason, /planted|ada@/);
        else assert.doesNotMatch(JSON.stringify(outcome.credential), /planted-own-secret/);
      }
    }
  }));
});

Deno.test("recogniseFormat() tells the formats apart, and says so where it cannot", () => {
  const one = (content: unknown) => recogniseFormat([file("x", content)])?.id;
  assert.equal(one(ADC_FILE), "adc");
  assert.equal(one(SERVICE_ACCOUNT), "adc");
  assert.equal(one(GEMINI_CLI_FILE), "gemini-cli");
  assert.equal(one(CLIPROXY_GEMINI), "cliproxyapi");
  assert.equal(one(CLIPROXY_ANTIGRAVITY), "cliproxyapi");
  assert.equal(one(ANTIGRAVITY_FILE), "antigravity");
  assert.equal(one(`# keys\n${KEY}\n`), "keys");
  for (const content of ["", "{}", "[]", "{", "a few words", { type: "claude" }]) {
    assert.equal(one(content), undefined);
  }
  assert.equal(recogniseFormat([]), undefined);
  const folder = [file("a.json", "{"), file("b.json", { type: "claude" })];
  assert.equal(recogniseFormat([...folder, file("c", CLIPROXY_GEMINI)])?.id, "cliproxyapi");
});
