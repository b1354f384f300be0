/**
 * The token endpoint as an account's script has it.
 *
 * @module
 */
import type { Exchange } from "../http/exchange.ts";
import { accountOfTokenRequest, respondTokenRequest, type TokenContext } from "./oauth.ts";
import { respondAsScripted } from "../script/scripted_response.ts";

/** Handles a token request: counts it, and applies the account's outcome for `token`. */
export async function respondScriptedToken(
  form: URLSearchParams,
  endpoint: { readonly context: TokenContext; readonly exchange: Exchange },
): Promise<Response> {
  const { context, exchange } = endpoint;
  const account = accountOfTokenRequest(form, context);
  if (account === undefined) return respondTokenRequest(form, context);
  account.tokenRequests += 1;
  exchange.account = account.name;
  const outcome = account.take({ method: "token" });
  if (outcome.type === "hang") await exchange.hang();
  if (outcome.type === "hang" || outcome.type === "ok") return respondTokenRequest(form, context);
  const service = "cloudcode-pa.googleapis.com";
  return await respondAsScripted(outcome, {
    form: { service, streamed: false, sse: false, pretty: true, stringCodes: false },
    context: {
      service,
      version: "",
      method: "token",
      model: "",
      resource: "",
      project: account.project ?? "",
      now: context.now,
    },
    exchange,
    make: () => [{}],
  });
}
