/**
 * The wire of a client as text that people compare: without what differs from run to run or from version to version.
 *
 * @module
 */
import { prettyJson } from "./pretty_json.ts";
import { isJsonObject, type JsonObject, parsedJson } from "../../../src/base/json.ts";
import type { WireExchange } from "./client_wire.ts";

/** The headers that have a meaning in OpenAI's or Anthropic's API. */
const HEADERS =
  /^(content-type|openai-(?!organization|project)[\w-]+|anthropic-(?!dangerous)[\w-]+)$/;

/** What a key is sent in, without the key. */
const KEY_HEADERS = ["authorization", "x-api-key"];

/** The ids that the gateway or a client makes up. */
const IDS = /\b(call_|toolu_|resp_|msg_|rs_|fc_|chatcmpl-|lc_run--|run--?)[A-Za-z0-9_-]{12,}/g;
const UUIDS = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
/** The number of a conversation, as `prompt()` in ../cases/case.ts writes it. */
const NUMBERS = / \(\d+\)/g;

const AS_BEFORE = "as before";

const SHOWN = 72;

/** What the exchanges before have shown. */
interface Shown {
  /** The names of ids. */
  readonly names: Map<string, string>;
  /** The last request of the client, and the last one upstream. */
  readonly last: { client?: unknown; upstream?: unknown };
}

/** The exchanges of a case. The same exchanges give the same text. */
export async function goldenText(exchanges: readonly WireExchange[]): Promise<string> {
  const shown: Shown = { names: new Map(), last: {} };
  const texts: string[] = [];
  for (const exchange of exchanges) texts.push(await exchangeText(exchange, shown));
  return texts.join("\n\n") + "\n";
}

async function exchangeText(exchange: WireExchange, { names, last }: Shown): Promise<string> {
  const { method, path, headers, status, upstream } = exchange;
  const shown = [...headers].filter(([name]) => HEADERS.test(name))
    .map(([name, value]) => `${name}: ${value.replace(/; boundary=.*/, "")}`);
  const keys = KEY_HEADERS.filter((name) => headers.has(name)).map((name) => `${name}: …`);
  const sent = [`${method} ${path}`, ...shown, ...keys];
  if (isForm(exchange)) sent.push(...await formLines(exchange));
  else {
    const body = parsedJson(new TextDecoder().decode(exchange.body));
    sent.push(...jsonLines(body, last.client));
    last.client = body;
  }
  for (const { method, path, query, body } of upstream) {
    const search = query.size === 0 ? "" : `?${query}`;
    sent.push("", `=> ${method} ${path}${search}`, ...jsonLines(body, last.upstream));
    last.upstream = body;
  }
  return [...sent, "", `<= ${status}`].join("\n")
    .replaceAll(IDS, (id, prefix) => nameOf(id, prefix, names))
    .replaceAll(UUIDS, "…");
}

/** As `call_1`: the same id has the same name in all exchanges. */
function nameOf(id: string, prefix: string, names: Map<string, string>): string {
  const known = names.get(id);
  if (known !== undefined) return known;
  const count = names.values().filter((name) => name.startsWith(prefix)).toArray().length;
  const name = `${prefix}${count + 1}`;
  names.set(id, name);
  return name;
}

function isForm({ headers }: WireExchange): boolean {
  return headers.get("content-type")?.startsWith("multipart/") === true;
}

async function formLines({ headers, body }: WireExchange): Promise<string[]> {
  const form = await new Response(body, { headers }).formData();
  return [...form].map(([name, value]) =>
    typeof value === "string"
      ? `${name}: ${withoutNumbers(value)}`
      : `${name}: ${value.name}, ${value.type}, ${value.size} bytes`
  );
}

/** @param before The body before it: what is the same is not shown again. */
function jsonLines(body: unknown, before: unknown): string[] {
  if (body === undefined) return [];
  const rest = isJsonObject(body) && isJsonObject(before) ? changed(body, before) : body;
  return prettyJson(shortened(rest), "").split("\n");
}

function changed(body: JsonObject, before: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, changedMember(value, before[name])]),
  );
}

function changedMember(value: unknown, before: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  // Conversations say the same: their numbers tell them apart.
  if (withoutNumbers(text) === withoutNumbers(JSON.stringify(before) ?? "")) {
    return text.length < AS_BEFORE.length + 4 ? value : AS_BEFORE;
  }
  if (!Array.isArray(value) || !Array.isArray(before)) return value;
  const first = value.findIndex((item, index) =>
    JSON.stringify(item) !== JSON.stringify(before[index])
  );
  return first <= 0 ? value : [`${first} ${AS_BEFORE}`, ...value.slice(first)];
}

function withoutNumbers(text: string): string {
  return text.replaceAll(NUMBERS, "");
}

/** The value with long texts cut, and without what differs each time. */
function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    const text = withoutNumbers(value);
    return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "encrypted_content" ? "…" : shortened(member),
    ]),
  );
}
