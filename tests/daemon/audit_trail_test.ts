/** What is entered in the audit log in the background, and how much of it. @module */
import assert from "node:assert/strict";
import type { AuditNote } from "../../src/base/stored/audit_entry.ts";
import { AuditTrail } from "../../src/daemon/audit_trail.ts";
import { FakeClock } from "../support/fake_clock.ts";

const SIGN_IN: AuditNote = { door: "page", action: "admin.sign-in", subject: "", detail: "code" };
const REFUSED: AuditNote = { ...SIGN_IN, action: "admin.sign-in.refused", detail: "" };

function startTrail(add?: (note: AuditNote) => Promise<void>) {
  const entered: AuditNote[] = [];
  const problems: string[] = [];
  const clock = new FakeClock();
  const trail = new AuditTrail({
    store: { add: add ?? ((note) => Promise.resolve(void entered.push(note))) },
    clock,
    onProblem: (what) => problems.push(what),
  });
  return { trail, entered, problems, clock };
}

Deno.test("AuditTrail enters notes in their order, and applied configurations", async () => {
  const { trail, entered } = startTrail();
  trail.note(SIGN_IN);
  trail.configApplied(["log.level", "auth.api_key"]);
  await trail.settled();
  assert.deepEqual(entered, [SIGN_IN, {
    door: "configuration",
    action: "config.apply",
    subject: "",
    detail: "log.level, auth.api_key",
  }]);
});

Deno.test("AuditTrail enters few refusals of ten minutes, and counts the others", async () => {
  const { trail, entered, clock } = startTrail();
  for (let nth = 0; nth < 1000; nth++) {
    trail.note(REFUSED);
    trail.note(SIGN_IN);
    clock.advance(10);
    await trail.settled();
  }
  assert.equal(entered.filter(({ action }) => action === REFUSED.action).length, 10);
  assert.equal(entered.filter(({ action }) => action === SIGN_IN.action).length, 1000);
  clock.advance(600_000);
  trail.note(REFUSED);
  await trail.settled();
  assert.deepEqual(entered.at(-1), {
    ...REFUSED,
    detail: "990 more were refused before, and not entered",
  });
  clock.advance(600_000);
  trail.note(REFUSED);
  await trail.settled();
  assert.equal(entered.at(-1)?.detail, "");
});

Deno.test("AuditTrail enters sign-ins, and what was signed in with", async () => {
  const { trail, entered } = startTrail();
  trail.signIn({ outcome: "signed-in", by: "key" });
  trail.signIn({ outcome: "refused", by: "code" });
  trail.signIn({ outcome: "signed-out", by: "session" });
  await trail.settled();
  assert.deepEqual(entered.map(({ door, action, detail }) => `${door} ${action} ${detail}`), [
    "page admin.sign-in with the admin key",
    "page admin.sign-in.refused with a code",
    "page admin.sign-out ",
  ]);
});

Deno.test("AuditTrail reports what it cannot store, and goes on", async () => {
  let isBroken = true;
  const stored: AuditNote[] = [];
  const { trail, problems } = startTrail((note) =>
    isBroken ? Promise.reject(new Error("full")) : Promise.resolve(void stored.push(note))
  );
  trail.note(SIGN_IN);
  await trail.settled();
  isBroken = false;
  trail.note(SIGN_IN);
  await trail.settled();
  assert.deepEqual(problems, ["Cannot write the audit log"]);
  assert.deepEqual(stored, [SIGN_IN]);
});

Deno.test("AuditTrail holds few notes for a store that does not respond", async () => {
  const gate = Promise.withResolvers<void>();
  let count = 0;
  const { trail } = startTrail(async () => {
    await gate.promise;
    count++;
  });
  for (let nth = 0; nth < 10_000; nth++) trail.note(SIGN_IN);
  gate.resolve();
  await trail.settled();
  assert.equal(count, 100);
});
