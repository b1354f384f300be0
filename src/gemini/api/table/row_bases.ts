/**
 * What most rows of the method table have in common: a row spreads one of these and adds the rest.
 *
 * @module
 */

const COMMON = {
  response: "json",
  names: [],
  makes: [],
  usage: "none",
  isTurn: false,
} as const;

/** Reads one resource. */
export const READ = {
  ...COMMON,
  verb: "GET",
  body: "none",
  routing: "owner",
  retry: "anywhere",
} as const;

/** Lists a collection, page by page, one account of each project after the other. */
export const LIST = { ...READ, routing: "merged" } as const;

/** Deletes a resource. */
export const REMOVE = { ...READ, verb: "DELETE" } as const;

/** Changes a resource; twice is as good as once. */
export const CHANGE = { ...READ, verb: "PATCH", body: "json" } as const;

/** Creates a resource. */
export const CREATE = {
  ...COMMON,
  verb: "POST",
  body: "json",
  routing: "any",
  retry: "before_sent",
} as const;

/** Does something with a resource that must not happen twice. */
export const ACT = { ...CREATE, routing: "owner" } as const;

/** Calls a model, and creates nothing. */
export const CALL = { ...CREATE, routing: "model", retry: "anywhere" } as const;
