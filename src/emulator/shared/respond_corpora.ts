/**
 * Corpora, and generated files: those that clients can list but not make.
 *
 * @see {@link https://ai.google.dev/api/semantic-retrieval/corpora}
 * @module
 */
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { textAt } from "../json.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { randomId } from "../random_id.ts";
import { resourcePage } from "../resource_page.ts";
import { microsecondStamp } from "../timestamps.ts";

const CORPUS = /^corpora\/(?!-)[a-z0-9-]{1,40}(?<!-)$/;

/** Sizes of pages, by collection. */
const SIZES = { corpora: [10, 20], generatedFiles: [10, 50] } as const;

/**
 * Handles a method of corpora, or `generatedFiles.list`.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondCorpora(call: ServiceCall): Promise<Response> {
  const { route, rawBody, stored: { named }, account } = call;
  switch (route.method) {
    case "corpora.create":
      return createCorpus(call);
    case "corpora.list":
      return list(call, "corpora");
    case "generatedFiles.list":
      return list(call, "generatedFiles");
  }
  const corpus = named.find(`corpora/${route.id}`, account.ownerProject);
  if (route.method === "corpora.get") {
    return respondScripted(call, { model: "", make: () => [corpus.toJSON()] });
  }
  parseBody(rawBody, { message: "Empty", flavour: "dev" });
  const make = () => {
    named.delete(corpus);
    return [{}];
  };
  return respondScripted(call, { model: "", make });
}

function createCorpus(call: ServiceCall): Promise<Response> {
  const { rawBody, stored: { named }, account, now } = call;
  const { name: given, ...body } = parseBody(rawBody, { message: "Corpus", flavour: "dev" });
  const name = typeof given === "string" ? given : `corpora/${randomId(12)}`;
  if (!CORPUS.test(name)) {
    throw invalidArgument(`* CreateCorpusRequest.corpus.name: Invalid resource name: ${name}\n`);
  }
  const stamp = microsecondStamp(now);
  const members = { displayName: textAt(body, "displayName") ?? "" };
  const project = account.ownerProject;
  const make = () => [
    named.add({ name, project, members: { ...members, createTime: stamp, updateTime: stamp } })
      .toJSON(),
  ];
  return respondScripted(call, { model: "", make });
}

function list(call: ServiceCall, member: keyof typeof SIZES): Promise<Response> {
  const { query, stored: { named }, account } = call;
  const [defaultSize, largestSize] = SIZES[member];
  const project = account.ownerProject;
  const page = { member, project, defaultSize, largestSize };
  const make = () => [resourcePage(named.list(member, project), query, page)];
  return respondScripted(call, { model: "", make });
}
