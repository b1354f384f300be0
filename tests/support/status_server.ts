/**
 * A server that responds as a gateway does to `pollux status`, always with the same status: a crowded one, whose times
 * look the same whenever it is asked.
 *
 * @module
 */
import type { AccountStatus, GatewayStatus } from "../../src/server/gateway_status.ts";
import { accountStatus, keyStatus } from "./statuses.ts";

const DAY_MS = 86_400_000;

/** Starts the server on a free port. */
export function startStatusServer(): AsyncDisposable & { readonly url: string } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json(crowdedStatus(Date.now()), { headers: { server: "pollux" } }),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function crowdedStatus(nowMs: number): GatewayStatus {
  const time = (days: number) => new Date(nowMs + days * DAY_MS).toISOString();
  const account = (name: string, changes: Partial<AccountStatus> = {}) =>
    accountStatus(name, { lastSuccess: time(-3), ...changes });
  return {
    accounts: [
      account("home", { callsInFlight: 2 }),
      account("work", {
        models: [{
          model: "gemini-2.5-flash-image-preview",
          state: "cooling",
          why: "You exceeded your current quota, please check your plan and billing details.",
          until: time(30),
          isLastResort: false,
        }],
        quota: [
          {
            model: "gemini-2.5-pro",
            window: "day",
            unit: "requests",
            limit: 1500,
            used: 1200,
            leftFraction: 0.2,
            runsOutAt: time(20),
            resetsAt: time(30),
            source: "google",
          },
          {
            model: "gemini-2.5-flash-image-preview",
            window: "day",
            unit: "requests",
            limit: 100,
            used: 100,
            leftFraction: 0,
            resetsAt: time(30),
            source: "refusal",
          },
        ],
      }),
      account("研究室のアカウント", {
        state: "disabled",
        why: "invalid_grant: Token has been expired or revoked; sign in again: pollux login",
      }),
      account("company", {
        state: "cooling",
        isLastResort: true,
        until: time(30),
        why:
          "The certificate of oauth2.googleapis.com is refused (UnknownIssuer): it is signed by an " +
          "authority that this machine does not trust",
      }),
      ...Array.from({ length: 12 }, (_, nth) => account(`spare-${nth + 1}`)),
    ],
    waitingCalls: 1,
    keys: [
      keyStatus("ada", {
        callsInFlight: 2,
        maxConcurrent: 4,
        limits: [
          { unit: "requests", window: "day", limit: 1000, used: 250, left: 750 },
          { unit: "tokens", window: "month", limit: 2_000_000, used: 500_000, left: 1_500_000 },
          { unit: "usd", window: "month", limit: 20, used: 18.5, left: 1.5 },
        ],
      }),
      keyStatus("bob", { state: "disabled" }),
      keyStatus("cy", {
        limits: [{
          unit: "tokens",
          window: "month",
          limit: 1000,
          used: 1000,
          left: 0,
          leftAgainAt: time(20),
        }],
      }),
      ...Array.from({ length: 9 }, (_, nth) => keyStatus(`team-${nth + 1}`)),
    ],
  };
}
