/**
 * The cases of videos: an operation makes each, at the account that it was asked of.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, type Case, kindCase, only } from "./case.ts";
import type { Client, ClientCall, ClientOp } from "../client_call.ts";
import { ACCOUNT_NAMES, type Testbed } from "../testbed.ts";

const MODEL = "veo-3.1-generate-preview";

/** The cases, in the order of their rows. */
export const VIDEO_CASES: readonly Case[] = [
  videoCase("videos of three accounts: begun, polled, downloaded", "makeVideo", {
    async check(client, bed) {
      for (const _ of ACCOUNT_NAMES) {
        const { name, uri = "" } = await make(client, bed);
        assert.match(name, /\/operations\//);
        // Vertex AI gives the bytes themselves, unless they go to a bucket.
        const isAtGateway = uri.startsWith(bed.url);
        assert.ok(bed.kind === "vertex" || isAtGateway, `"${uri}" does not lead to the gateway`);
      }
    },
  }),
  videoCase("a video that is extended", "extendVideo", {
    async check(client, bed) {
      for (const _ of ACCOUNT_NAMES) {
        const { uri = "" } = await make(client, bed);
        // Vertex AI gave no address.
        if (bed.kind === "vertex") return;
        // Only the account that made it can extend it.
        await make(client, bed, { op: "extendVideo", path: uri });
        const sent = uri.replace(bed.url, "https://generativelanguage.googleapis.com");
        assert.ok(bed.received(sent), `"${sent}" was not sent`);
      }
    },
  }),
];

/** A case of the accounts that make videos; of the others, a client learns which do. */
function videoCase(
  title: string,
  op: ClientOp,
  { check }: { readonly check: (client: Client, bed: Testbed) => Promise<void> },
): Case {
  const kinds = ["gemini-api", "vertex"] as const;
  return kindCase({ title, kinds, needs: op, call: { op: "makeVideo", model: MODEL }, check });
}

async function make(client: Client, bed: Testbed, call: Partial<ClientCall> = {}) {
  const response = await ask(client, bed, { op: "makeVideo", model: MODEL, ...call });
  const resource = only(response);
  assert.match(response.text, /ftypmp42/);
  return resource;
}
