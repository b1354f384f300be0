/**
 * The error of a call whose client disconnected.
 *
 * @module
 */

/** Its message, by which such a call is recognized. */
export const CLIENT_CLOSED = "The client closed the request";
