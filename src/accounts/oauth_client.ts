/**
 * The user's own OAuth client, as the Google console gives it.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#creatingcred}
 * @module
 */
import * as z from "zod";
import { AccountError } from "./account_error.ts";
import { Secret } from "./secret.ts";

/** An OAuth client. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: Secret;
}

const CLIENT = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });

const FILE = z.union([z.object({ installed: CLIENT }), z.object({ web: CLIENT })]);

/**
 * Reads the text of a `client_secret.json`. Its values are never quoted in an error.
 *
 * @throws {AccountError} when it is something else.
 */
export function parseOAuthClient(text: string): OAuthClient {
  const file = FILE.safeParse(parseJson(text));
  if (!file.success) {
    throw new AccountError(
      `The client file is no OAuth client: it wants "client_id" and "client_secret" in "installed" ` +
        `or "web", as the Google console gives them`,
    );
  }
  const client = "installed" in file.data ? file.data.installed : file.data.web;
  return { id: client.client_id, secret: new Secret(client.client_secret) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
