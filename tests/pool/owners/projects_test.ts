/** Which accounts belong to one project. @module */
import assert from "node:assert/strict";
import { type ProjectAccount, Projects } from "../../../src/pool/owners/projects.ts";
import { openStore, type Store } from "../../../src/store/open_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { NO_KEEPER } from "../../support/kept.ts";

const DAY_MS = 24 * 3_600_000;

function account(id: string, more: Partial<ProjectAccount> = {}): ProjectAccount {
  return { id, kind: "gemini-api", ...more };
}

function projects(): Projects {
  return new Projects(NO_KEEPER, new FakeClock());
}

Deno.test("Accounts have a project of their own until they are said to share one", () => {
  const known = projects();
  assert.notEqual(known.of(account("a")), known.of(account("b")));
  const group = { projectGroup: "mine" };
  assert.equal(known.of(account("a", group)), known.of(account("b", group)));
  assert.equal(known.of(account("a", group)), known.of(account("c", { ...group, kind: "vertex" })));
  assert.notEqual(known.of(account("a", group)), known.of(account("b", { projectGroup: "other" })));
});

Deno.test("Vertex AI accounts share a project in one location", () => {
  const known = projects();
  const place = { kind: "vertex", project: "p", location: "us-central1" };
  assert.equal(known.of(account("a", place)), known.of(account("b", place)));
  assert.notEqual(
    known.of(account("a", place)),
    known.of(account("b", { ...place, location: "global" })),
  );
  // The project of another kind says nothing of an API key's.
  assert.notEqual(
    known.of(account("a", { project: "p" })),
    known.of(account("b", { project: "p" })),
  );
});

Deno.test("learn() joins projects, in any order, and never those that users keep apart", () => {
  const known = projects();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => account(id));
  assert.ok(a && b && c && d);
  known.learn(a, b);
  known.learn(c, d);
  assert.notEqual(known.of(a), known.of(c));
  known.learn(b, d);
  assert.equal(new Set([a, b, c, d].map((one) => known.of(one))).size, 1);
  const grouped = account("e", { projectGroup: "mine" });
  known.learn(c, grouped);
  assert.equal(known.of(a), known.of(grouped));
  const other = account("f", { projectGroup: "other" });
  known.learn(a, other);
  assert.notEqual(known.of(a), known.of(other));
  assert.equal(known.of(a), known.of(grouped));
});

Deno.test("learn() changes the version, and only if there was something to learn", () => {
  const known = projects();
  const before = known.version;
  known.learn(account("a"), account("b"));
  const after = known.version;
  assert.notEqual(after, before);
  known.learn(account("b"), account("a"));
  known.learn(account("c", { projectGroup: "mine" }), account("d", { projectGroup: "other" }));
  assert.equal(known.version, after);
});

Deno.test("Learnt projects are restored for 90 days", async () => {
  using store = await openStore({ memory: true });
  const clock = new FakeClock();
  const sharing = await withProjects(store, clock, (known) => {
    known.learn(account("a"), account("b"));
    return known.of(account("a")) === known.of(account("b"));
  });
  assert.equal(sharing, true);
  const areShared = (known: Projects) => known.of(account("a")) === known.of(account("b"));
  assert.equal(await withProjects(store, clock, areShared), true);
  clock.advance(91 * DAY_MS);
  assert.equal(await withProjects(store, clock, areShared), false);
});

async function withProjects<T>(
  store: Store,
  clock: FakeClock,
  use: (projects: Projects) => T,
): Promise<T> {
  const keeper = store.keeper({ clock, onProblem: () => assert.fail() });
  const known = new Projects(keeper, clock);
  await known.restore();
  const result = use(known);
  await keeper.close();
  return result;
}
