/**
 * The cases with the gateway's auth on.
 *
 * @module
 */
import { ask, assertGood, assertRaised, canGenerate, type Case } from "./case.ts";
import { GATEWAY_KEY, Testbed } from "../testbed.ts";

/** The cases, in the order of their rows. */
export const AUTH_CASES: readonly Case[] = [
  {
    title: "auth on, the right key",
    appliesTo: canGenerate,
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind, { auth: "strict" });
      for (const stream of client.modes) {
        assertGood(await ask(client, bed, { stream, apiKey: GATEWAY_KEY }));
      }
    },
  },
  {
    title: "auth on, a wrong key",
    appliesTo: canGenerate,
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind, { auth: "strict" });
      for (const stream of client.modes) {
        const response = await ask(client, bed, { stream, apiKey: "wrong" });
        assertRaised(response, { status: 401, words: /key/i });
      }
    },
  },
];
