/**
 * The calls of `google.jsonl`, which real clients made and real Google answered.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse, stringify } from "lossless-json";
import * as z from "zod";

/** One recorded call. */
export interface RecordedCall {
  /** Where it was recorded: project, file and place in the file. */
  readonly source: string;
  readonly service: "generativelanguage" | "aiplatform";
  /** The verb. */
  readonly verb: string;
  /** Path and query, as on the wire. */
  readonly target: string;
  /** What is called: a method of a model (`generateContent`), or verb and collection (`GET models`). */
  readonly method: string;
  /** Bare id of the model; empty where the path names none. */
  readonly model: string;
  /** The body; empty where there was none. The recordings do not keep the spaces of JSON. */
  readonly request: string;
  readonly status: number;
  readonly contentType: string;
  /** The response's headers of an upload, by names in lower case; none elsewhere. */
  readonly uploadHeaders: Readonly<Record<string, string>>;
  /** The body: JSON printed as Google prints it, or text. Undefined where none was recorded. */
  readonly response: string | undefined;
}

const FILE = new URL("./google.jsonl", import.meta.url);

/** A line. The bodies are taken as text, since reading them as JSON could change numbers. */
const LINE =
  /^(\{.*?), "request": (.*), "status": (\d+), "responseHeaders": (\{.*?\}), "response": (.*)\}$/;

const headSchema = z.object({
  source: z.string(),
  host: z.string(),
  method: z.string(),
  path: z.string(),
});

const headersSchema = z.record(z.string(), z.string());

/** Reads them all, in the order of the file. */
export async function readRecordedCalls(): Promise<readonly RecordedCall[]> {
  const lines = (await Deno.readTextFile(FILE)).split("\n").filter((line) => line !== "");
  return lines.map(recordedCall);
}

/** The JSON of each event of a recorded or received event stream, in its own bytes. */
export function eventsOf(stream: string): readonly string[] {
  return stream.split(/\r?\n\r?\n/).filter((event) => event !== "").map((event) => {
    assert.ok(event.startsWith("data: "), `"${event.slice(0, 80)}" is no event`);
    return event.slice("data: ".length);
  });
}

/** The headers of an upload's request, which were not recorded; none for other calls. */
export function uploadRequestHeaders(target: string): Record<string, string> {
  if (!target.startsWith("/upload/")) return {};
  return target.includes("upload_id=")
    ? { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" }
    : { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" };
}

/** How many calls there are of each method. */
export function countByMethod(calls: readonly RecordedCall[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(calls, (call) => call.method);
  return Object.fromEntries([...groups].map(([method, { length }]) => [method, length]));
}

function recordedCall(line: string): RecordedCall {
  const [, head, request, status, headers, response] = LINE.exec(line) ?? [];
  assert.ok(head && request && status && headers && response, `No call: ${line.slice(0, 200)}`);
  const { source, host, method: verb, path } = headSchema.parse(JSON.parse(`${head}}`));
  const [pathOnly = ""] = path.split("?");
  const [, model = "", method] = /(?:\/models\/([^/:]+))?(?::(\w+))?$/.exec(pathOnly) ?? [];
  const [, , collection, resource] = pathOnly.split("/");
  const { "content-type": contentType = "", ...others } = headersSchema.parse(JSON.parse(headers));
  return {
    source,
    service: host.startsWith("generativelanguage") ? "generativelanguage" : "aiplatform",
    verb,
    target: path,
    method: method ?? `${verb} ${collection}${resource === undefined ? "" : "/*"}`,
    model,
    request: request.startsWith('"') ? JSON.parse(request) : request,
    status: Number(status),
    contentType,
    uploadHeaders: Object.fromEntries(
      Object.entries(others).filter(([name]) => name.startsWith("x-goog-upload-")),
    ),
    response: response === "null" ? undefined : bodyOf(response),
  };
}

/** The body that a recorded response stood for. */
function bodyOf(response: string): string {
  if (response.startsWith('"')) return JSON.parse(response);
  const printed = stringify(parse(response), undefined, 2);
  assert.ok(printed !== undefined);
  return `${printed}\n`;
}
