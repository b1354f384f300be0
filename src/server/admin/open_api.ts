/**
 * The OpenAPI document of the admin API, made from the schemas that check its requests. zod writes JSON Schema of the
 * dialect that OpenAPI 3.1 uses.
 *
 * @see {@link https://spec.openapis.org/oas/v3.1.1.html}
 * @module
 */
import * as z from "zod";
import type { JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { DescribedRoute } from "./admin_route.ts";
import { ADMIN_KEY_SCHEMES, ERRORS, errorSchema } from "./schemas/error_schema.ts";

/** Where named schemas are. */
const COMPONENTS = "#/components/schemas/";

/** Where the responses of errors are. */
const RESPONSES = "#/components/responses/";

/** Describes routes. */
export function openApi(routes: readonly DescribedRoute[], version: string): JsonObject {
  const components = new Components();
  const content = { "application/json": { schema: components.json(errorSchema, "output") } };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ??= {};
    operations[route.verb.toLowerCase()] = operationOf(route, components);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Pollux admin API",
      version,
      description: "Accounts, client keys, calls, usage and events of a running gateway. Times " +
        "are in RFC 3339. A request with an unknown member or parameter is refused.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/admin/v1" }],
    security: Object.keys(ADMIN_KEY_SCHEMES).map((name) => ({ [name]: [] })),
    paths,
    components: {
      schemas: components.schemas,
      responses: Object.fromEntries(
        Object.entries(ERRORS).map(([status, description]) => [
          status,
          { description, content },
        ]),
      ),
      securitySchemes: ADMIN_KEY_SCHEMES,
    },
  };
}

function operationOf(route: DescribedRoute, components: Components): JsonObject {
  const { path, name, summary, query, body, response, status, type } = route;
  const success = String(status ?? (response === undefined && type === undefined ? 204 : 200));
  const content = response !== undefined
    ? { "application/json": { schema: components.json(response, "output") } }
    : type !== undefined
    ? { [type]: { schema: { type: "string" } } }
    : undefined;
  const parameters = [...pathParameters(path), ...queryParameters(components.json(query, "input"))];
  const sent = bodyOf(components.json(body, "input"), body.safeParse(undefined).success);
  return {
    operationId: name,
    summary,
    tags: [name.split(".")[0]],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(sent === undefined ? {} : { requestBody: sent }),
    responses: {
      [success]: { description: "Done", ...(content === undefined ? {} : { content }) },
      ...Object.fromEntries(
        ["default", ...errorsOf(route)].map((name) => [name, { $ref: RESPONSES + name }]),
      ),
    },
  };
}

/** The statuses of errors of a route: those of every request, those of its form, and its own. */
function errorsOf({ verb, path, errors = [] }: DescribedRoute): readonly number[] {
  return [
    ...new Set([
      ...[400, 401, 403, 429],
      ...(path.includes("{") ? [404] : []),
      ...(verb === "GET" ? [] : [408, 413, 415]),
      ...errors,
    ]),
  ];
}

function pathParameters(path: string): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(schema: unknown): readonly JsonObject[] {
  if (!isJsonObject(schema) || !isJsonObject(schema["properties"])) return [];
  return Object.entries(schema["properties"]).map(([name, property]) => ({
    name,
    in: "query",
    required: false,
    schema: property,
  }));
}

/** The description of a body; undefined for one without members. */
function bodyOf(schema: unknown, isOptional: boolean): JsonObject | undefined {
  const isEmpty = isJsonObject(schema) && isJsonObject(schema["properties"]) &&
    Object.keys(schema["properties"]).length === 0;
  if (isEmpty) return undefined;
  return { required: !isOptional, content: { "application/json": { schema } } };
}

/** Collects the schemas that have a name. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  /** The JSON Schema of a schema; named ones are references. */
  json(schema: z.ZodType, io: "input" | "output"): unknown {
    const { $schema: _dialect, $defs = {}, ...rest } = z.toJSONSchema(schema, {
      io,
      override: ({ jsonSchema }) => {
        delete jsonSchema["~standard"];
      },
    });
    for (const [name, definition] of Object.entries($defs)) {
      this.schemas[name] = withoutName(referring(definition));
    }
    const id = rest.id;
    if (id === undefined) return referring(rest);
    this.schemas[id] = withoutName(referring(rest));
    return { $ref: COMPONENTS + id };
  }
}

/** A copy whose references lead to the components. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "$ref" && typeof member === "string"
        ? member.replace(/^#\/\$defs\//, COMPONENTS)
        : referring(member),
    ]),
  );
}

function withoutName(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const { id: _id, ...rest } = schema;
  return rest;
}
