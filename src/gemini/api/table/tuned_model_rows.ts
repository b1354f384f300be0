/**
 * The rows of tuned models, and of models that are shared by a dynamic id.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { IN_CONTENTS } from "./model_rows.ts";
import { permissionRows } from "./permission_rows.ts";
import { ACT, CALL, CHANGE, CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

const KINDS = { "gemini-api": "resource" } as const;
const NAMES = ["tunedModels"] as const;
const MODEL = "tunedModels/{tunedModel}";
const PERMISSIONS = permissionRows("tunedModels", MODEL);

/** A turn of a conversation with a model that is not one of Google's lists. */
const TURN = {
  ...CALL,
  kinds: { "gemini-api": "turn" },
  usage: "usageMetadata",
  isTurn: true,
} as const;

/** The turns of tuned models. */
const TUNED_TURN = { ...TURN, routing: "owner", names: [...IN_CONTENTS, ...NAMES] } as const;

/** The turns of other models. */
const DYNAMIC_TURN = { ...TURN, routing: "any", names: IN_CONTENTS } as const;

/** Creates a batch for a tuned model. */
const BATCH = {
  ...ACT,
  kinds: KINDS,
  names: [...IN_CONTENTS, ...NAMES],
  makes: ["batches"],
  usage: "later",
} as const;

/** The rows, by the methods' names. */
export const TUNED_MODEL_ROWS = {
  "tunedModels.create": {
    ...CREATE,
    path: "tunedModels",
    kinds: KINDS,
    names: NAMES,
    makes: NAMES,
  },
  "tunedModels.list": {
    ...LIST,
    path: "tunedModels",
    kinds: KINDS,
    list: { member: "tunedModels", defaultSize: 10, largestSize: 1000 },
  },
  "tunedModels.get": { ...READ, path: MODEL, kinds: KINDS, names: NAMES },
  "tunedModels.patch": { ...CHANGE, path: MODEL, kinds: KINDS, names: NAMES },
  "tunedModels.delete": { ...REMOVE, path: MODEL, kinds: KINDS, names: NAMES },
  "tunedModels.transferOwnership": {
    ...ACT,
    path: `${MODEL}:transferOwnership`,
    kinds: KINDS,
    names: NAMES,
  },
  "tunedModels.generateContent": { ...TUNED_TURN, path: `${MODEL}:generateContent` },
  "tunedModels.streamGenerateContent": {
    ...TUNED_TURN,
    path: `${MODEL}:streamGenerateContent`,
    response: "stream",
  },
  "tunedModels.batchGenerateContent": { ...BATCH, path: `${MODEL}:batchGenerateContent` },
  "tunedModels.asyncBatchEmbedContent": { ...BATCH, path: `${MODEL}:asyncBatchEmbedContent` },
  "tunedModels.operations.get": {
    ...READ,
    path: `${MODEL}/operations/{operation}`,
    kinds: KINDS,
    names: NAMES,
  },
  "tunedModels.operations.list": {
    ...READ,
    path: `${MODEL}/operations`,
    kinds: KINDS,
    names: NAMES,
  },
  "tunedModels.permissions.create": PERMISSIONS.create,
  "tunedModels.permissions.list": PERMISSIONS.list,
  "tunedModels.permissions.get": PERMISSIONS.get,
  "tunedModels.permissions.patch": PERMISSIONS.patch,
  "tunedModels.permissions.delete": PERMISSIONS.delete,
  "dynamic.generateContent": { ...DYNAMIC_TURN, path: "dynamic/{dynamicId}:generateContent" },
  "dynamic.streamGenerateContent": {
    ...DYNAMIC_TURN,
    path: "dynamic/{dynamicId}:streamGenerateContent",
    response: "stream",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
