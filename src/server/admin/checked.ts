/**
 * Checks what a client of the admin API sent, and says what is wrong with it.
 *
 * @module
 */
import * as z from "zod";
import { nearName } from "../../base/text/near_name.ts";
import { oneLine } from "../../base/text/one_line.ts";
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
    const known = membersOf(schema, { path: issue.path, value });
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
function membersOf(
  schema: unknown,
  at: { readonly path: readonly PropertyKey[]; readonly value: unknown },
): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return membersOf(schema.unwrap(), at);
  }
  const { path: [name, ...path], value } = at;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const kind = memberOf(value, discriminator);
    const option = schema.options.find((option) =>
      option instanceof z.ZodObject && z.safeParse(option.shape[discriminator], kind).success
    );
    return membersOf(option, at);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  if (name === undefined) return Object.keys(schema.shape);
  return membersOf(schema.shape[String(name)], { path, value: memberOf(value, name) });
}

function memberOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  return path.reduce(memberOf, value) === undefined;
}

/**
 * Does something for a field.
 *
 * @param kind The errors that are the field's fault; their messages are for users.
 * @throws {RpcError} INVALID_ARGUMENT that names the field.
 */
export async function atField<Result>(
  field: string,
  work: () => Promise<Result>,
  kind: new (...args: never[]) => Error,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof kind) throw invalid([{ field, description: error.message }]);
    throw error;
  }
}
