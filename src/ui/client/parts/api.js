/**
 * The admin API, as the page calls it: with the session's cookie and its token.
 *
 * @module
 */
import { COMMON } from "../texts/common.js";
import { session } from "./session.js";

const ROOT = "/admin/v1/";

/** An error of the gateway, in words for the reader. */
export class ApiError extends Error {
  /**
   * @param {number} code The HTTP status; 0 if there was no response.
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = "ApiError";
    /** @readonly */
    this.code = code;
  }
}

/** The calls. Each gives the JSON of the response, and throws an {@linkcode ApiError}. */
export const api = {
  /**
   * @param {string} path After `/admin/v1/`, as in `accounts/one`.
   * @param {Readonly<Record<string, string | number | boolean | undefined>>} [query]
   * @param {AbortSignal} [signal]
   */
  get(path, query, signal) {
    return request("GET", path, { query, signal });
  },
  /**
   * @param {string} path
   * @param {unknown} [body]
   */
  post(path, body) {
    return request("POST", path, { body: body ?? {} });
  },
  /**
   * @param {string} path
   * @param {unknown} body
   */
  patch(path, body) {
    return request("PATCH", path, { body });
  },
  /** @param {string} path */
  delete(path) {
    return request("DELETE", path, {});
  },
};

/**
 * A name as a part of a path.
 *
 * @param {string} name
 */
export function segment(name) {
  return encodeURIComponent(name);
}

/**
 * What to tell the reader of an error.
 *
 * @param {unknown} error
 */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Reads the gateway's error of a response.
 *
 * @param {Response} response
 */
export async function errorOf(response) {
  try {
    const { error } = await response.json();
    if (typeof error?.message === "string") return new ApiError(response.status, error.message);
  } catch {
    // Not the gateway's own response.
  }
  return new ApiError(response.status, COMMON.unexpected(response.status));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{
 *   readonly body?: unknown,
 *   readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined,
 *   readonly signal?: AbortSignal | undefined,
 * }} options
 */
async function request(method, path, { body, query = {}, signal }) {
  const url = new URL(ROOT + path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const { token } = session;
  /** @type {Record<string, string>} */
  const headers = { "x-pollux-token": token };
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, COMMON.unreachable);
  }
  if (response.status === 401) session.ended(token);
  if (!response.ok) throw await errorOf(response);
  return response.status === 204 ? undefined : await response.json();
}
