/**
 * What an agent sent and what reached Google, as text that people compare: without what differs from run to run, from
 * day to day and from machine to machine, and without the agents' long texts.
 *
 * @module
 */
import { prettyJson } from "../golden/pretty_json.ts";
import { isJsonObject, parsedJson } from "../../../src/base/json.ts";
import type { RecordedMessage } from "./recorder.ts";

/** Headers that have a meaning in an API. */
const HEADERS = /^(?:content-type|anthropic-(?:beta|version))$/;

/** The object whose members Codex sends in another order each time. */
const UNORDERED = "client_metadata";

/** The longest text that is shown whole, and what is shown of a longer one. */
const LONGEST = 48;
const SHOWN = 24;
/** What differs from run to run, and what stands for it. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "UUID"],
  [/\b(call_|toolu_|msg_|rs_|fc_|fco_)[\w-]{12,}/g, "$1…"],
  [/\b20\d\d-\d\d-\d\d\b/g, "DATE"],
  [/\bChunk ID: \w+/g, "Chunk ID: HEX"],
  [/\b(?=[a-f]*\d)[0-9a-f]{6,}\b/g, "HEX"],
];

/** A request of an agent, and what the gateway made of it. */
export interface AgentExchange {
  readonly client: RecordedMessage;
  readonly native: RecordedMessage | undefined;
}

/** The exchanges as text. `home`: a folder whose path is left out. */
export function wireText(exchanges: readonly AgentExchange[], home: string): string {
  let before: { client?: unknown; native?: unknown } = {};
  const texts = exchanges.map(({ client, native }) => {
    const bodies = { client: parsedJson(client.body), native: parsedJson(native?.body ?? "") };
    const headers = [...client.headers].filter(([name]) => HEADERS.test(name));
    const lines = [
      `${client.method} ${client.path}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      prettyJson(steady(difference(bodies.client, before.client), home), ""),
      ...(native === undefined ? [] : [
        "",
        `=> ${native.method} ${native.path}`,
        prettyJson(steady(difference(bodies.native, before.native), home), ""),
      ]),
      "",
      `<= ${client.status}`,
    ];
    before = bodies;
    return lines.join("\n");
  });
  return `${texts.join("\n\n")}\n`;
}

/** The members that differ from the request before; of lists, what was added. */
function difference(value: unknown, before: unknown): unknown {
  if (!isJsonObject(value) || !isJsonObject(before)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const former = before[name];
      if (JSON.stringify(member) === JSON.stringify(former) && typeof member === "object") {
        return [name, "(as before)"];
      }
      if (!Array.isArray(member) || !Array.isArray(former)) return [name, member];
      const same = member.findIndex((item, nth) =>
        JSON.stringify(item) !== JSON.stringify(former[nth])
      );
      return [name, same > 0 ? [`(${same} as before)`, ...member.slice(same)] : member];
    }),
  );
}

/** A value without what changes, and with long texts cut. */
function steady(value: unknown, home: string): unknown {
  if (typeof value === "string") return steadyText(value, home);
  if (Array.isArray(value)) return value.map((item) => steady(item, home));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      steady(name === UNORDERED ? inOrder(member) : member, home),
    ]),
  );
}

function inOrder(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1),
  );
}

function steadyText(text: string, home: string): string {
  let shown = text.replaceAll(home, "HOME");
  for (const [changing, name] of CHANGING) shown = shown.replace(changing, name);
  return shown.length <= LONGEST ? shown : `${shown.slice(0, SHOWN)}…`;
}
