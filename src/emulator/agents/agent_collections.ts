/**
 * The table of the collections: how each one creates, shows and updates its resources.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { invalidRequest } from "../interactions/string_codes.ts";
import { isGoogleAgent } from "../interactions/interaction_request.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";
import { checkCredentials } from "./named_credentials.ts";
import { projectOf } from "../interactions/interaction_call.ts";
import { randomId } from "../random_id.ts";
import { secondStamp } from "../timestamps.ts";
import type { ServiceCall } from "../models/model_call.ts";

/** The collections with the usual methods. Environments are not one: interactions create them, too. */
export type PlainCollection = "agents" | "triggers" | "webhooks" | "credentials" | "voices";

/** How one collection handles its resources. */
export interface CollectionRow {
  /** The shapes of the bodies that create and update a resource. */
  readonly create: string;
  readonly update?: string;
  /** Checks the resources that a body names, and returns the new resource, whose `id` is used in its path. */
  readonly make: (body: JsonObject, call: ServiceCall) => JsonObject;
  /** Returns the part of an update that the resource shows. Default: all of it. */
  readonly shownOf?: (change: JsonObject) => JsonObject;
  /** Returns the members that only the response to the creation shows. */
  readonly onlyAtFirst?: () => JsonObject;
  /** The member that holds the time of the last update. */
  readonly updated?: string;
}

/** The rows, by collection. */
export const COLLECTIONS: Readonly<Record<PlainCollection, CollectionRow>> = {
  agents: { create: "Agent", make: makeAgent },
  triggers: {
    create: "Trigger",
    update: "TriggerUpdate",
    make: makeTrigger,
    updated: "update_time",
  },
  webhooks: {
    create: "Webhook",
    update: "WebhookUpdate",
    make: makeWebhook,
    onlyAtFirst: () => ({ new_signing_secret: newSecret() }),
    updated: "update_time",
  },
  credentials: {
    create: "Credential",
    update: "CredentialUpdate",
    make: makeCredential,
    shownOf: () => ({}),
    updated: "update_time",
  },
  voices: { create: "CreateVoice", make: makeVoice },
};

/** Returns a new signing secret for a webhook. */
export function newSecret(): string {
  return `whsec_emulated_${randomId(24)}`;
}

function makeAgent(body: JsonObject, call: ServiceCall): JsonObject {
  const { stored } = call;
  const project = projectOf(call);
  const base = textAt(body, "base_agent");
  if (base !== undefined && !isGoogleAgent(base)) {
    stored.agents.find("agents", { id: base, project });
  }
  const { base_environment: environment } = body;
  const id = typeof environment === "string"
    ? environment
    : textAt(objectAt(body, "base_environment"), "environment_id");
  if (id !== undefined && id !== "remote") stored.agents.find("environments", { id, project });
  checkCredentials(objectAt(body, "base_environment") ?? {}, { stored, project });
  return { id: `agent_${randomId(16)}`, ...body };
}

function makeTrigger(body: JsonObject, call: ServiceCall): JsonObject {
  const id = textAt(body, "environment_id");
  if (id !== undefined) call.stored.agents.find("environments", { id, project: projectOf(call) });
  if ((textAt(body, "schedule") ?? "").trim().split(/\s+/).length !== 5) {
    throw invalidRequest("Invalid value at 'schedule': expected a cron expression.");
  }
  const time = secondStamp(call.now);
  return {
    id: `trigger_${randomId(16)}`,
    status: "active",
    ...body,
    create_time: time,
    update_time: time,
    next_run_time: secondStamp(call.now + 3_600_000),
  };
}

function makeWebhook(body: JsonObject, call: ServiceCall): JsonObject {
  if (!/^https:\/\//.test(textAt(body, "uri") ?? "")) {
    throw invalidRequest("Invalid value at 'uri': expected an https URI.");
  }
  const time = secondStamp(call.now);
  return {
    id: `webhook_${randomId(16)}`,
    ...body,
    state: "enabled",
    signing_secrets: [{ truncated_secret: newSecret().slice(-4) }],
    create_time: time,
    update_time: time,
  };
}

/** A credential's resource never shows its secrets. */
function makeCredential({ id, type }: JsonObject, call: ServiceCall): JsonObject {
  const time = secondStamp(call.now);
  return { id, type, status: "active", create_time: time, update_time: time };
}

/** A voice that is not stored has a key in place of an id. */
function makeVoice(body: JsonObject, call: ServiceCall): JsonObject {
  const voice = objectAt(body, "voice") ?? {};
  const { type } = voice;
  if (type !== "prompted" && type !== "replicated") {
    throw invalidRequest(
      `The value '${type}' is not supported for 'type' at 'voice'. ` +
        "Supported values: 'prompted', 'replicated'.",
    );
  }
  if (!(type in voice)) throw invalidRequest(`Missing required parameter '${type}' at 'voice'.`);
  const isStored = body["store"] === true;
  if (type === "prompted" && !isStored) {
    throw invalidRequest("'store' must be true for a voice of the type 'prompted'.");
  }
  const { replicated: _audio, ...shown } = voice;
  const expire_time = secondStamp(call.now + 365 * 86_400_000);
  return isStored
    ? { id: `voice_${randomId(12)}`, ...shown, expire_time }
    : defined({ type, model: voice["model"], key: `voicekey_${randomId(24)}`, expire_time });
}
