/**
 * What is derived from the method table: the names of methods, and which accounts serve them.
 *
 * @module
 */
import { ACCOUNT_KINDS, type AccountKind } from "./account_kinds.ts";
import type { MethodRow, ModelFamily } from "./method_row.ts";
import { METHODS } from "./method_table.ts";

export { METHODS } from "./method_table.ts";
export { RETRY_CLASSES } from "./method_row.ts";
export type { MethodRow, ModelFamily, RetryClass, Verb } from "./method_row.ts";

/** The rows, as they are written. */
export type Methods = typeof METHODS;

/** The name of a method that Pollux serves. */
export type MethodName = keyof Methods;

/** The methods with a given routing. */
export type MethodsRouted<Routing extends MethodRow["routing"], Table extends Rows = Methods> = {
  [Name in keyof Table]: Table[Name]["routing"] extends Routing ? Name : never;
}[keyof Table];

/** Collections that the catalogue lists: `models` of `models.list`. */
export type Collection = CollectionIn<CatalogueMethod>;

type CollectionIn<Name> = Name extends `${infer Of}.list` ? Of : never;

/**
 * The methods that the catalogue serves from what it has read of every account: no account is called for them.
 * They are merged, and have no pages that calls could read.
 */
export type CatalogueMethod = Exclude<MethodName, CallMethod>;

/** The methods for which accounts are called. */
export type CallMethod = CalledIn<Methods>;

/** The methods that upload a file. */
export type UploadMethod = {
  [Name in MethodName]: Methods[Name]["response"] extends "upload" ? Name : never;
}[MethodName];

/** The methods that open a WebSocket. */
export type SocketMethod = {
  [Name in MethodName]: Methods[Name]["response"] extends "socket" ? Name : never;
}[MethodName];

/** Methods of models: the path names the model, and the action after the colon is the method's name. */
export type ModelMethod = {
  [Name in MethodName]: Methods[Name]["path"] extends `models/{model}:${string}` ? Name : never;
}[MethodName];

/** The methods that a kind of account serves. */
export type MethodsServedBy<Kind extends AccountKind, Table extends Rows = Methods> = {
  [Name in keyof Table]: Kind extends keyof Table[Name]["kinds"] ? Name : never;
}[keyof Table];

/** The translations by which a kind of account serves calls. */
export type TranslationsOf<Kind extends AccountKind, Table extends Rows = Methods> = {
  [Name in CalledIn<Table>]: Table[Name]["kinds"] extends
    Readonly<Record<Kind, infer Translation extends string>> ? Translation : never;
}[CalledIn<Table>];

type CalledIn<Table extends Rows> = {
  [Name in keyof Table]: Table[Name] extends { routing: "merged"; list?: never } ? never : Name;
}[keyof Table];

type Rows = Readonly<Record<string, MethodRow>>;

/** All names, in the order of the table. */
export const METHOD_NAMES: readonly MethodName[] = Object.keys(METHODS).filter(isMethodName);

/** The names of the models' methods. */
export const MODEL_METHODS: readonly ModelMethod[] = METHOD_NAMES.filter(isModelMethod);

/** Whether Pollux serves a method of that name. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}

/** Whether Pollux serves a method of models by that name. */
export function isModelMethod(name: string): name is ModelMethod {
  return isMethodName(name) && METHODS[name].path.startsWith("models/{model}:");
}

/**
 * Whether a method runs a model, which its path or its body names: its quota is that of the model.
 */
export function runsModel(name: MethodName): boolean {
  const { routing, usage }: MethodRow = METHODS[name];
  return isModelMethod(name) || isSocketMethod(name) || (routing === "model" && usage !== "none");
}

/** Whether accounts are called for a method; the catalogue serves the others. */
export function isCallMethod(name: MethodName): name is CallMethod {
  const { routing, list }: MethodRow = METHODS[name];
  return routing !== "merged" || list !== undefined;
}

/** Whether a method uploads a file. */
export function isUploadMethod(name: MethodName): name is UploadMethod {
  return METHODS[name].response === "upload";
}

/** Whether a method opens a WebSocket. */
export function isSocketMethod(name: MethodName): name is SocketMethod {
  return METHODS[name].response === "socket";
}

/** The methods that go on with an upload, by the paths of their rows. */
const RESUMES: ReadonlyMap<string, UploadMethod> = new Map(
  METHOD_NAMES.filter(isUploadMethod).filter(isResume).map((name) => [METHODS[name].path, name]),
);

/** Whether a method only goes on with an upload. */
export function isResume(method: UploadMethod): boolean {
  return METHODS[method].retry === "never";
}

/** The method of the requests that go on with an upload, whatever their verb. */
export function resumeOf(method: UploadMethod): UploadMethod {
  return RESUMES.get(METHODS[method].path) ?? method;
}

/** The collection that a method belongs to, as in `files`; `models` for the methods of models. */
export function collectionOf(method: MethodName): string {
  return isModelMethod(method) ? "models" : method.slice(0, method.indexOf("."));
}

/**
 * Whether accounts of a kind can serve a method.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kindServes } from "./methods.ts";
 *
 * assert.equal(kindServes("vertex", "countTokens"), true);
 * assert.equal(kindServes("code-assist", "embedContent"), false);
 * ```
 */
export function kindServes<Kind extends AccountKind>(
  kind: Kind,
  method: MethodName,
): method is MethodsServedBy<Kind> {
  return Object.hasOwn(METHODS[method].kinds, kind);
}

/** The kinds of account that can serve a method. */
export function kindsServing(method: MethodName): readonly AccountKind[] {
  return ACCOUNT_KINDS.filter((kind) => kindServes(kind, method));
}

/**
 * The name in a model's `supportedGenerationMethods` that tells whether the model supports a method.
 *
 * @param method Name of a method; an unknown one is returned as it is.
 */
export function listedName(method: string): string {
  if (!isMethodName(method)) return method;
  const row: MethodRow = METHODS[method];
  return row.comesWith ?? row.listedAs ?? method;
}

/** The methods that lists of models name, by that name. Lists omit those that come with another one. */
export const LISTED_METHODS: ReadonlyMap<string, MethodName> = new Map(
  METHOD_NAMES.flatMap((name) => {
    const row: MethodRow = METHODS[name];
    return row.listedBy === undefined ? [] : [[listedName(name), name] as const];
  }),
);

/**
 * The `supportedGenerationMethods` of a model that accounts of a kind offer.
 *
 * @param family The model's family.
 */
export function supportedMethods(kind: AccountKind, family: ModelFamily): readonly string[] {
  return [...LISTED_METHODS].flatMap(([listed, name]) => {
    const row: MethodRow = METHODS[name];
    return row.listedBy === family && kindServes(kind, name) ? [listed] : [];
  });
}
