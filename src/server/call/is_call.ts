/**
 * Which requests are calls of an API, for observers.
 *
 * @module
 */

/** Whether a method is that of a call, and not of a health check, a preflight, a report, or an admin request. */
export function isCall(method: string): boolean {
  return method !== "healthz" && method !== "preflight" && !method.startsWith("admin.");
}
