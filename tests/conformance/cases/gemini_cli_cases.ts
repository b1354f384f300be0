/**
 * The cases that only gemini-cli has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, type Case } from "./case.ts";
import { ACCOUNT_NAMES, Testbed } from "../testbed.ts";

const SIGNATURE = btoa("a signature");

/** A model's answer that calls a tool of gemini-cli's which needs nobody's consent. */
const LIST_DIRECTORY = {
  candidates: [{
    content: {
      role: "model",
      parts: [{
        functionCall: { name: "list_directory", args: { dir_path: "." } },
        thoughtSignature: SIGNATURE,
      }],
    },
    finishReason: "STOP",
  }],
};

/** The cases, in the order of their rows. */
export const GEMINI_CLI_CASES: readonly Case[] = [
  {
    title: "the client's own choice of model",
    appliesTo: (client) => client.isProgram,
    async run(client, bed) {
      const response = await ask(client, bed, { model: "", stream: true });
      assertGood(response);
      assert.match(response.text, /made up by an emulator/);
      // The first call asks a small model, by JSON schema, which model is to take the second.
      assert.equal(bed.attempts().length, 2);
    },
  },
  {
    title: "a function that the client itself runs",
    appliesTo: (client) => client.isProgram,
    async run(client, { kind }) {
      await using bed = await Testbed.start(kind);
      bed.script(ACCOUNT_NAMES[0], [{ type: "ok", events: [LIST_DIRECTORY] }]);
      const response = await ask(client, bed, { model: "gemini-3.8-flash", stream: true });
      assertGood(response);
      assert.match(response.text, /The function list_directory answered/);
      assert.ok(bed.received(SIGNATURE), "the signature did not come back");
    },
  },
];
