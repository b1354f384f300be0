/** What somebody meant who mistyped a name. @module */
import assert from "node:assert/strict";
import { nearName } from "../../../src/base/text/near_name.ts";

const KEYS = ["host", "port", "allowed_hosts", "body_timeout", "drain_timeout"];

Deno.test("nearName() finds the name behind a slip of the fingers", () => {
  const slips: Readonly<Record<string, string>> = {
    prot: "port",
    pot: "port",
    ports: "port",
    Host: "host",
    allow_hosts: "allowed_hosts",
    allowed_origins: "allowed_hosts",
    draintimeout: "drain_timeout",
  };
  for (const [typed, meant] of Object.entries(slips)) {
    assert.equal(nearName(typed, KEYS), meant, typed);
  }
});

Deno.test("nearName() finds nothing that is near to what is like nothing, or too short", () => {
  for (const typed of ["", "x", "po", "retries", "max_body"]) {
    assert.equal(nearName(typed, KEYS), undefined, typed);
  }
  assert.equal(nearName("port", []), undefined);
});
