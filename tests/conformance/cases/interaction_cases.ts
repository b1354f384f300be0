/**
 * The cases of interactions: each belongs to the project of one account, and so does what goes on with it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, assertRaised, type Case, kindCase, MODEL, prompt } from "./case.ts";
import type {
  Client,
  ClientCall,
  ClientOp,
  ClientResponse,
  SeenInteraction,
} from "../client_call.ts";
import { ACCOUNT_NAMES, Testbed } from "../testbed.ts";

/** What Google says of an interaction that the project does not have. */
const UNKNOWN = { status: 404, words: /not found/i } as const;

/** The cases, in the order of their rows. */
export const INTERACTION_CASES: readonly Case[] = [
  interactionCase("three interactions of three turns, side by side", {
    async check(client, bed) {
      for (const stream of client.modes) await converse(client, bed, { stream });
      assert.ok(
        Math.min(...bed.interactions()) > 0,
        `They hold ${bed.interactions()} interactions`,
      );
    },
  }),
  interactionCase("interactions, the gateway restarted between turns", {
    async check(client, { kind }) {
      await using bed = await Testbed.start(kind, { lasts: true });
      await converse(client, bed, { stream: true, beforeTurn: () => bed.restart() });
      // An owner that is not known is looked up.
      assert.equal(bed.count("GET"), 0, "It does not know the owners any more");
      assert.ok(
        Math.min(...bed.interactions()) > 0,
        `They hold ${bed.interactions()} interactions`,
      );
      await bed.settle();
    },
  }),
  interactionCase("an interaction's stream, resumed after an event", {
    needs: "readInteraction",
    async check(client, bed) {
      const made = await interact(client, bed, { stream: true });
      const { id, events } = seenIn(made);
      assert.ok(events.length > 4, `It saw the ids of ${events.length} events`);
      const call = { op: "readInteraction", name: id, stream: true } as const;
      const rest = await ask(client, bed, { ...call, after: events[2] ?? "" });
      assert.deepEqual(rest.interaction?.events, events.slice(3));
      const again = await ask(client, bed, call);
      assert.equal(again.text, made.text);
      const whole = await ask(client, bed, { ...call, stream: false });
      assert.deepEqual([seenIn(whole).id, whole.text], [id, made.text]);
    },
  }),
  interactionCase(
    "an interaction's broken stream, continued by itself",
    {
      needs: "continueInteraction",
      async check(client, { kind }) {
        await using bed = await Testbed.start(kind);
        breakStreams(bed, 2);
        const words = prompt("CONTINUE_ME");
        const made = await interact(client, bed, { prompt: words, stream: true });
        assert.equal(seenIn(made).status, "completed");
        assert.ok(made.text.includes(`You said: "${words}"`), made.text);
      },
    },
  ),
  interactionCase("an interaction's broken stream, resumed", {
    needs: "readInteraction",
    async check(client, { kind }) {
      await using bed = await Testbed.start(kind);
      breakStreams(bed, 6);
      const words = prompt();
      const broken = await ask(client, bed, { op: "interact", prompt: words, stream: true });
      assert.ok(broken.error !== undefined, "It took a broken stream for a whole one");
      const { id = "", events = [] } = broken.interaction ?? {};
      const rest = await ask(client, bed, {
        op: "readInteraction",
        name: id,
        stream: true,
        after: events.at(-1) ?? "",
      });
      assert.equal(seenIn(rest).status, "completed");
      const text = broken.text + rest.text;
      assert.ok(text.endsWith(`You said: "${words}".`), text);
      assert.equal(text.split("You said").length, 2, `It has a part of the text twice: ${text}`);
    },
  }),
  interactionCase("a background interaction: read, cancelled, deleted", {
    needs: "readInteraction",
    async check(client, bed) {
      const words = prompt("RUN_FOREVER");
      const made = await interact(client, bed, { prompt: words, background: true });
      const { id, status } = seenIn(made);
      assert.equal(status, "in_progress");
      const call = { name: id, stream: false } as const;
      const read = await ask(client, bed, { ...call, op: "readInteraction" });
      assert.equal(seenIn(read).status, "in_progress");
      const cancelled = await ask(client, bed, { ...call, op: "cancelInteraction" });
      assert.equal(seenIn(cancelled).status, "cancelled");
      assertGood(await ask(client, bed, { ...call, op: "deleteInteraction" }));
      assertRaised(await ask(client, bed, { ...call, op: "readInteraction" }), UNKNOWN);
    },
  }),
  interactionCase("a long interaction, continued by itself", {
    needs: "continueInteraction",
    async check(client, bed) {
      for (const stream of client.modes) {
        const words = prompt("CONTINUE_ME and CONTINUE_ME");
        const made = await interact(client, bed, { prompt: words, stream });
        assert.equal(seenIn(made).status, "completed");
        assert.ok(made.text.includes(`You said: "${words}"`), made.text);
      }
    },
  }),
  interactionCase("an interaction that no account has", {
    async check(client, bed) {
      const previous = "v1_ChdlbXVsYXRlZC11bmtub3du";
      for (const stream of client.modes) {
        assertRaised(await ask(client, bed, { op: "interact", stream, previous }), UNKNOWN);
      }
      if (!client.ops.has("readInteraction")) return;
      for (const op of ["readInteraction", "cancelInteraction", "deleteInteraction"] as const) {
        assertRaised(await ask(client, bed, { op, name: previous }), UNKNOWN);
      }
    },
  }),
];

/** Rejects unless each account goes on with its own of three conversations. */
async function converse(
  client: Client,
  bed: Testbed,
  how: { readonly stream: boolean; readonly beforeTurn?: () => Promise<void> },
): Promise<void> {
  const { stream, beforeTurn } = how;
  const previous: (string | undefined)[] = ACCOUNT_NAMES.map(() => undefined);
  for (let turn = 0; turn < 3; turn++) {
    if (turn > 0) await beforeTurn?.();
    for (const [nth, id] of previous.entries()) {
      const words = prompt();
      const call = { prompt: words, stream, ...(id === undefined ? {} : { previous: id }) };
      const made = await interact(client, bed, call);
      assert.ok(made.text.includes(`You said: "${words}"`), made.text);
      assert.equal(seenIn(made).status, "completed");
      assert.ok((made.usageTotal ?? 0) > 0, "It has no usage");
      previous[nth] = seenIn(made).id;
    }
    assert.equal(new Set(previous).size, previous.length, "two turns have one id");
    // Another account is a wrong one.
    const attempts = bed.attempts();
    assert.ok(attempts.every((count) => count === 1), `They took ${attempts} attempts`);
  }
}

/** Each account breaks its first stream after so many events. */
function breakStreams(bed: Testbed, afterEvents: number): void {
  for (const name of ACCOUNT_NAMES) {
    bed.script(name, [{ type: "reset-mid-stream", afterEvents }], {
      method: "interactions.create",
    });
  }
}

interface CaseParts {
  /** What the client must be able to do. Default: to make interactions. */
  readonly needs?: ClientOp;
  check(client: Client, bed: Testbed): Promise<void>;
}

/** A case of the accounts that have interactions; of the others, a client learns which have them. */
function interactionCase(title: string, { needs = "interact", check }: CaseParts): Case {
  const kinds = ["gemini-api", "vertex"] as const;
  return kindCase({ title, kinds, needs, call: { op: "interact" }, check });
}

async function interact(
  client: Client,
  bed: Testbed,
  call: Partial<ClientCall>,
): Promise<ClientResponse> {
  const response = await ask(client, bed, { model: MODEL, ...call, op: "interact" });
  assertGood(response);
  return response;
}

function seenIn(response: ClientResponse): SeenInteraction {
  assertGood(response);
  const { interaction } = response;
  assert.ok(interaction !== undefined, "It gave no interaction");
  return interaction;
}
