/**
 * The methods that list models.
 *
 * @module
 */
import { ownJson } from "../response/own_json.ts";
import type { Context } from "hono";
import { ANTHROPIC_REQUEST_ID } from "../../formats/client_error.ts";
import type { ClientFormat } from "../../formats/client_format.ts";
import { formatOf } from "../../formats/client_formats.ts";
import { hasModelRules, mayUseModel } from "../../keys/model_rules.ts";
import type { AllowedAccounts } from "../access/allowed_accounts.ts";
import { type CallRecord, recordHeaders } from "../call/call_record.ts";
import type { ModelCatalog, Permitted } from "../catalog/model_catalog.ts";
import type { Environment } from "../environment.ts";

/** The dependencies of these methods. */
export interface CatalogueParts {
  readonly catalog: ModelCatalog;
  /** Tells which accounts a caller may use. */
  readonly allowed: Pick<AllowedAccounts, "of">;
}

/**
 * Serves `models.list`.
 *
 * @param format The format of the client. Default: the one that its path and headers show.
 */
export async function listModels(
  c: Context<Environment>,
  { catalog, allowed }: CatalogueParts,
  format: ClientFormat = formatFor(c),
): Promise<Response> {
  const query = queryOf(c);
  const page = await catalog.page(format.listQuery(query), permittedTo(c, allowed));
  const { record } = c.env.lifecycle;
  return ownJson(format.list(page, query), { record, headers: headersFor(format, record) });
}

/** Serves `models.get`, in the format of {@linkcode listModels}. */
export async function getModel(
  c: Context<Environment>,
  { catalog, allowed }: CatalogueParts,
  { id, format = formatFor(c) }: { readonly id: string; readonly format?: ClientFormat },
): Promise<Response> {
  const model = await catalog.get(id, permittedTo(c, allowed));
  const { record } = c.env.lifecycle;
  return ownJson(format.model(model), { record, headers: headersFor(format, record) });
}

function headersFor({ api }: ClientFormat, record: CallRecord): Record<string, string> {
  const own = api === "anthropic" ? { [ANTHROPIC_REQUEST_ID]: record.requestId } : {};
  return recordHeaders(record, own);
}

/** Which models the key of the caller may use; undefined if all. */
function permittedTo(
  { env: { caller: { key } } }: Context<Environment>,
  allowed: CatalogueParts["allowed"],
): Permitted {
  const hasRules = key !== undefined && hasModelRules(key);
  return {
    only: allowed.of(key),
    mayUse: hasRules ? (id) => mayUseModel(key, id) : undefined,
  };
}

function queryOf(c: Context<Environment>): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

function formatFor(c: Context<Environment>): ClientFormat {
  // Google's clients send a version; the base URL of an OpenAI client may lack `/v1`.
  const { sent, target } = c.env;
  const version = sent.startsWith("/models") ? "v1" : target.version;
  const isVertex = target.place !== undefined;
  return formatOf({ version, isVertex, headers: c.req.raw.headers, query: queryOf(c) });
}
