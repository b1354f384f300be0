/**
 * The page of a gateway as a browser uses it: its session, its cookie, and its origin.
 *
 * @module
 */
import assert from "node:assert/strict";

/** What a signed-in page sends. */
export interface SignedIn {
  /** `name=value` of the cookie. */
  readonly cookie: string;
  readonly token: string;
  /** The headers of a request that may change something. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts a key or a code as the page does. */
export function postSignIn(
  url: string,
  proof: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/ui/session`, {
    method: "POST",
    headers: { origin: url, "content-type": "application/json", ...headers },
    body: JSON.stringify(proof),
  });
}

/** Signs in. */
export async function signIn(url: string, proof: unknown): Promise<SignedIn> {
  const response = await postSignIn(url, proof);
  assert.equal(response.status, 200, await response.clone().text());
  const { token } = await response.json();
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";", 1);
  return { cookie, token, headers: { cookie, "x-pollux-token": token, origin: url } };
}
