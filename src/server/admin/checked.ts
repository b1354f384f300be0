/**
 * Checks what a client of the admin API sent, and says what is wrong with it.
 *
 * @module
 */
import * as z from "zod";
import { nearName } from "../../base/near_name.ts";
import { oneLine } from "../../base/one_line.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Most faults that an error names. */
const MOST_FAULTS = 20;

/** Most characters of an unknown name that are repeated, and compared with those that are known. */
const LONGEST_NAME = 60;

/** Something that is wrong: where, and why, as a sentence without its full stop. */
export interface FieldFault {
  /** As in `limits.requestsPerDay`; empty for the whole. */
  readonly field: string;
  readonly description: string;
}

/**
 * The value as the schema gives it.
 *
 * @param where What is checked. The values of a body are not quoted: they may be secrets.
 * @throws {RpcError} INVALID_ARGUMENT, see {@linkcode invalid}.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: "query" | "body",
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issues = error.issues.slice(0, MOST_FAULTS);
  throw invalid(issues.flatMap((issue) => faultsOf(issue, { schema, value, where })));
}

/**
 * The error for a request with faults.
 *
 * @returns INVALID_ARGUMENT with a `google.rpc.BadRequest` detail that names each field.
 */
export function invalid(faults: readonly FieldFault[]): RpcError {
  const named = faults.slice(0, MOST_FAULTS);
  const message = named.map(({ field, description }) =>
    field === "" ? description : `"${field}": ${description}`
  ).join("; ");
  return new RpcError("INVALID_ARGUMENT", message, {
    details: [{
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: named,
    }],
  });
}

interface Context {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly where: "query" | "body";
}

function faultsOf(issue: z.core.$ZodIssue, { schema, value, where }: Context): FieldFault[] {
  const path = issue.path.map(String);
  const field = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = membersOf(schema, issue.path);
    return issue.keys.slice(0, MOST_FAULTS).map((key) => {
      const name = oneLine(key, LONGEST_NAME);
      return { field: [...path, name].join("."), description: unknownName(name, known, where) };
    });
  }
  if (issue.code === "invalid_type" && isMissing(value, issue.path)) {
    const description = path.length > 0
      ? "It is missing"
      : "The request needs a body: a JSON object";
    return [{ field, description }];
  }
  return [{ field, description: issue.message }];
}

function unknownName(name: string, known: readonly string[], where: "query" | "body"): string {
  const kind = where === "query" ? "parameter" : "member";
  const near = nearName(name, known);
  const hint = near !== undefined
    ? `; did you mean "${near}"?`
    : known.length === 0
    ? "; there is none here"
    : `; known: ${known.join(", ")}`;
  return `There is no such ${kind}${hint}`;
}

/** The members that the schema of an object knows; none if it is not such a schema. */
function membersOf(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return membersOf(schema.unwrap(), path);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  const [name, ...rest] = path;
  return name === undefined
    ? Object.keys(schema.shape)
    : membersOf(schema.shape[String(name)], rest);
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return false;
    at = Reflect.get(at, name);
  }
  return at === undefined;
}
