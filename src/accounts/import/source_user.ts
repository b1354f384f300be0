/**
 * A user's sign-in as other programs store it.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import type { AuthorizedUser } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { parseCredentialsFile } from "../credentials/credentials_file.ts";
import type { ImportContext } from "./import_format.ts";
import { textMember } from "./source_json.ts";

/**
 * Creates a credential from tokens. Tokens work only with the OAuth client that they were issued to: the one
 * that the source names, else the one that the user names.
 *
 * @param tokens With `refresh_token`, and optionally `client_id`, `client_secret` and `token_uri`.
 * @throws {AccountError} when there is no refresh token, or no client.
 */
export function userOf(tokens: JsonObject, { client }: ImportContext): AuthorizedUser {
  if (textMember(tokens, "refresh_token") === undefined) {
    throw new AccountError(
      'It has no "refresh_token": the sign-in was never finished, or has ended',
    );
  }
  const namesClient = ["client_id", "client_secret"]
    .every((name) => textMember(tokens, name) !== undefined);
  if (!namesClient && client === undefined) {
    throw new AccountError(
      "It does not name its OAuth client, and works only with that client; if you have " +
        "the client's file, name it with --client-file, else sign in again: " +
        '"gcloud auth application-default login", then "pollux accounts import --from adc"',
    );
  }
  const owner = namesClient || client === undefined
    ? {}
    : { client_id: client.id, client_secret: client.secret.reveal() };
  return parseCredentialsFile(JSON.stringify({ ...tokens, ...owner, type: "authorized_user" }));
}
