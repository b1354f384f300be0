/** The part of a client's query that is sent to upstream. @module */
import assert from "node:assert/strict";
import { upstreamQuery } from "../../../src/server/call/upstream_query.ts";

Deno.test("upstreamQuery() keeps what belongs to the method, and no system parameter", () => {
  const own = "pageSize=5&updateMask=ttl&x=%26key%3Dy";
  const system = ["key=planted-k", "alt=media", "access_token=t", "upload_id=u", "callback=f"];
  // The last three would make another request of this one.
  const spelled = ["$alt=json", "$.xgafv=2", "$key=k", "$httpMethod=DELETE", "%24httpHeaders=x"];
  assert.equal(upstreamQuery(new URLSearchParams([own, ...system, ...spelled].join("&"))), own);
  assert.equal(upstreamQuery(new URLSearchParams("")), "");
});
