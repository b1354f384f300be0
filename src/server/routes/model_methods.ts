/**
 * The methods that list models.
 *
 * @module
 */
import type { Context } from "hono";
import type { ClientFormat } from "../../formats/client_format.ts";
import { formatOf } from "../../formats/client_formats.ts";
import { hasModelRules, mayUseModel } from "../../keys/model_rules.ts";
import { recordHeaders } from "../call/call_record.ts";
import type { MayUse, ModelCatalog } from "../catalog/model_catalog.ts";
import type { Environment } from "../environment.ts";

/** Serves `models.list`. */
export async function listModels(
  c: Context<Environment>,
  catalog: ModelCatalog,
): Promise<Response> {
  const query = queryOf(c);
  const format = formatFor(c, query);
  const page = await catalog.page(format.listQuery(query), mayUseOf(c));
  return Response.json(format.list(page), { headers: recordHeaders(c.env.lifecycle.record) });
}

/** Serves `models.get`. */
export async function getModel(
  c: Context<Environment>,
  catalog: ModelCatalog,
  id: string,
): Promise<Response> {
  const format = formatFor(c, queryOf(c));
  const model = await catalog.get(id, mayUseOf(c));
  return Response.json(format.model(model), { headers: recordHeaders(c.env.lifecycle.record) });
}

/** Which models the key of the caller may use; undefined if all. */
function mayUseOf({ env: { caller: { key } } }: Context<Environment>): MayUse | undefined {
  return key === undefined || !hasModelRules(key) ? undefined : (id) => mayUseModel(key, id);
}

function queryOf(c: Context<Environment>): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function formatFor(c: Context<Environment>, query: URLSearchParams): ClientFormat {
  // Google's clients send a version; the base URL of an OpenAI client may lack `/v1`.
  const { sent, target } = c.env;
  const version = sent.startsWith("/models") ? "v1" : target.version;
  const isVertex = target.place !== undefined;
  return formatOf({ version, isVertex, headers: c.req.raw.headers, query });
}
