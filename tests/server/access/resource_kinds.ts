/**
 * The kinds of resources that a client can make: how each is made, listed and used.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { EmulatedGateway } from "../../support/emulated_gateway.ts";
import { begun, goOn } from "../uploads/upload_calls.ts";

/** A model that makes most of them. */
export const FLASH = "gemini-2.5-flash";
const VEO = "veo-3.1-generate-preview";
/** A prompt. */
export const TURN = { role: "user", parts: [{ text: "Say something made up" }] };
const TUNING = {
  displayName: "My model",
  baseModel: `models/${FLASH}`,
  tuningTask: { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } },
};

/** A response's body. */
// deno-lint-ignore no-explicit-any -- read as deep as needed
export type Json = any;

/** Sends a request with a key. */
export async function ask(
  { url }: EmulatedGateway,
  target: string,
  { key, body }: { readonly key: string; readonly body?: unknown },
): Promise<{ readonly status: number; readonly json: Json }> {
  const [method = "", path = ""] = target.split(" ");
  const response = await fetch(`${url}/${path.startsWith("v1") ? path : `v1beta/${path}`}`, {
    method,
    headers: { "x-goog-api-key": key },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? {} : JSON.parse(text) };
}

/** A kind of resource. */
export interface Kind {
  /** How it is made, unless `make` does it. */
  readonly post?: readonly [path: string, body: unknown];
  readonly make?: (gateway: EmulatedGateway, key: string) => Promise<string>;
  /** Its name in the response; by default that of `name`. */
  readonly nameIn?: (json: Json) => string;
  /** The list that it stands in. */
  readonly list?: string;
  /** Other requests that name it; each as a target and a body. */
  readonly uses?: (name: string) => readonly (readonly [target: string, body?: unknown])[];
}

/** The name of what a response describes by its id. */
const byId = (collection: string) => (json: Json) => `${collection}/${json.id}`;

/** The kinds, by what one of them is called. */
export const KINDS: Readonly<Record<string, Kind>> = {
  "a file": {
    async make({ url }, key) {
      const address = await begun(url, {
        "x-goog-api-key": key,
        "x-goog-upload-header-content-length": "4",
      });
      return (await (await goOn(address, "upload, finalize", { body: "text" })).json()).file.name;
    },
    list: "files",
    uses: (name) => {
      const fileUri = `https://generativelanguage.googleapis.com/v1beta/${name}`;
      return [[`POST models/${FLASH}:generateContent`, {
        contents: [{ parts: [{ fileData: { fileUri } }] }],
      }]];
    },
  },
  "a cache": {
    post: ["cachedContents", {
      model: `models/${FLASH}`,
      contents: [{ role: "user", parts: [{ text: "x".repeat(20_000) }] }],
      ttl: "600s",
    }],
    list: "cachedContents",
    uses: (cachedContent) => [
      [`POST models/${FLASH}:generateContent`, { contents: [TURN], cachedContent }],
      [`PATCH ${cachedContent}?updateMask=ttl`, { ttl: "900s" }],
    ],
  },
  "an interaction": {
    post: ["interactions", { model: FLASH, input: "hi" }],
    nameIn: byId("interactions"),
    uses: (name) => [["POST interactions", {
      model: FLASH,
      input: "more",
      previous_interaction_id: name.slice("interactions/".length),
    }]],
  },
  "a batch": {
    post: [`models/${FLASH}:batchGenerateContent`, {
      batch: {
        displayName: "b",
        inputConfig: { requests: { requests: [{ request: { contents: [TURN] } }] } },
      },
    }],
    list: "batches",
    uses: (name) => [[`POST ${name}:cancel`, {}]],
  },
  "a video's operation": {
    post: [`models/${VEO}:predictLongRunning`, { instances: [{ prompt: "A cat" }] }],
  },
  "a tuned model": {
    post: ["tunedModels", TUNING],
    nameIn: (json) => json.metadata.tunedModel,
    list: "tunedModels",
    uses: (name) => [
      [`POST ${name}:generateContent`, { contents: [TURN] }],
      [`GET ${name}/operations`],
      [`PATCH ${name}?updateMask=description`, { description: "Mine" }],
    ],
  },
  "a tuning's operation": { post: ["tunedModels", TUNING] },
  "a corpus": { post: ["corpora", { displayName: "C" }], list: "corpora" },
  "a file search store": {
    post: ["fileSearchStores", { displayName: "S" }],
    list: "fileSearchStores",
    uses: (name) => [[`POST models/${FLASH}:generateContent`, {
      contents: [TURN],
      tools: [{ fileSearch: { fileSearchStoreNames: [name] } }],
    }]],
  },
  "an agent": {
    post: ["agents", { id: "agent-1", base_agent: "antigravity-preview-09-2026" }],
    nameIn: byId("agents"),
    list: "agents",
    uses: (name) => [["POST interactions", { agent: name.slice("agents/".length), input: "hi" }]],
  },
  "an environment": {
    post: ["environments", {}],
    nameIn: byId("environments"),
    list: "environments",
  },
  "a webhook": {
    post: ["webhooks", {
      uri: "https://hooks.test/1",
      name: "my hook",
      subscribed_events: ["batch.succeeded"],
    }],
    nameIn: byId("webhooks"),
    list: "webhooks",
  },
  "a voice": {
    post: ["voices", {
      store: true,
      voice: { type: "prompted", prompted: { input: "calm" }, display_name: "v" },
    }],
    nameIn: byId("voices"),
    list: "voices",
  },
  "a credential": {
    post: ["credentials", { id: "cred-1", type: "bearer_token", token: "planted-token" }],
    nameIn: byId("credentials"),
    list: "credentials",
  },
};

/** Makes one with a key, and returns its name. */
export async function make(kind: Kind, gateway: EmulatedGateway, key: string): Promise<string> {
  if (kind.make !== undefined) return await kind.make(gateway, key);
  const [path = "", body] = kind.post ?? [];
  const { status, json } = await ask(gateway, `POST ${path}`, { key, body });
  assert.equal(status, 200, JSON.stringify(json));
  return kind.nameIn?.(json) ?? json.name;
}

/** Whether a list that a key sees has that name or id. */
export async function lists(list: string, name: string, { gateway, key }: {
  readonly gateway: EmulatedGateway;
  readonly key: string;
}): Promise<boolean> {
  const { status, json } = await ask(gateway, `GET ${list}`, { key });
  assert.equal(status, 200, JSON.stringify(json));
  const items: readonly Json[] = Object.values(json).find(Array.isArray) ?? [];
  return items.some(({ name: own, id }) => own === name || `${list}/${id}` === name);
}
