/**
 * Which requests are calls of an API, for observers.
 *
 * @module
 */
import { isMethodName } from "../../gemini/api/methods.ts";

/**
 * Whether a request is a call of an API, or one that was refused before its method was known. Health checks, preflights,
 * metrics, reports, and requests of the admin API and the page are not.
 *
 * @param method As in the record of a request.
 */
export function isCall(method: string): boolean {
  return method === "" || isMethodName(method);
}
