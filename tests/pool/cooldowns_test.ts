/** How long accounts rest. @module */
import assert from "node:assert/strict";
import { CoolDowns } from "../../src/pool/cooldowns.ts";

const AT = { model: "m", nowMs: 1000 };

Deno.test("running() is undefined for an account that nothing is known of", () => {
  assert.equal(new CoolDowns().running("a", AT), undefined);
});

Deno.test("running() gives a cool-down until the very ms that it ends", () => {
  for (const model of [undefined, "m"]) {
    const coolDowns = new CoolDowns();
    coolDowns.start("a", { model, untilMs: 2000, reason: "Quota" });
    const expected = { untilMs: 2000, reason: "Quota" };
    assert.deepEqual(coolDowns.running("a", { model: "m", nowMs: 1000 }), expected);
    assert.deepEqual(coolDowns.running("a", { model: "m", nowMs: 1999 }), expected);
    assert.equal(coolDowns.running("a", { model: "m", nowMs: 2000 }), undefined);
    assert.equal(coolDowns.running("a", { model: "m", nowMs: 2001 }), undefined);
  }
});

Deno.test("start() cools one model and no other, of one account and no other", () => {
  const coolDowns = new CoolDowns();
  coolDowns.start("a", { model: "m", untilMs: 2000, reason: "" });
  assert.ok(coolDowns.running("a", AT));
  assert.equal(coolDowns.running("a", { ...AT, model: "n" }), undefined);
  assert.equal(coolDowns.running("b", AT), undefined);
});

Deno.test("start() without a model cools every model of the account", () => {
  const coolDowns = new CoolDowns();
  coolDowns.start("a", { untilMs: 2000, reason: "" });
  for (const model of ["m", "n", "never seen"]) {
    assert.ok(coolDowns.running("a", { ...AT, model }), model);
  }
});

Deno.test("start() never shortens a cool-down, and keeps the words of the longer one", () => {
  for (const model of [undefined, "m"]) {
    const coolDowns = new CoolDowns();
    coolDowns.start("a", { model, untilMs: 9000, reason: "Day" });
    coolDowns.start("a", { model, untilMs: 2000, reason: "Second" });
    assert.deepEqual(coolDowns.running("a", AT), { untilMs: 9000, reason: "Day" });
    coolDowns.start("a", { model, untilMs: 9001, reason: "Longer" });
    assert.deepEqual(coolDowns.running("a", AT), { untilMs: 9001, reason: "Longer" });
  }
});

Deno.test("running() gives the later of the account's and the model's cool-down", () => {
  const coolDowns = new CoolDowns();
  coolDowns.start("a", { untilMs: 3000, reason: "account" });
  coolDowns.start("a", { model: "m", untilMs: 5000, reason: "model" });
  assert.equal(coolDowns.running("a", AT)?.reason, "model");
  assert.equal(coolDowns.running("a", { ...AT, model: "n" })?.reason, "account");
  coolDowns.start("a", { untilMs: 8000, reason: "account again" });
  assert.equal(coolDowns.running("a", AT)?.reason, "account again");
});

Deno.test("start() cools again after a cool-down has ended", () => {
  const coolDowns = new CoolDowns();
  coolDowns.start("a", { model: "m", untilMs: 2000, reason: "first" });
  assert.equal(coolDowns.running("a", { model: "m", nowMs: 2000 }), undefined);
  coolDowns.start("a", { model: "m", untilMs: 2500, reason: "second" });
  assert.equal(coolDowns.running("a", { model: "m", nowMs: 2000 })?.reason, "second");
});

Deno.test("forget() ends every cool-down of one account", () => {
  const coolDowns = new CoolDowns();
  coolDowns.start("a", { untilMs: 2000, reason: "" });
  coolDowns.start("a", { model: "m", untilMs: 2000, reason: "" });
  coolDowns.start("b", { untilMs: 2000, reason: "" });
  coolDowns.forget("a");
  assert.equal(coolDowns.running("a", AT), undefined);
  assert.ok(coolDowns.running("b", AT));
});
