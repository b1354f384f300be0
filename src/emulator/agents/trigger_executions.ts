/**
 * Runs triggers: each run makes an interaction.
 *
 * @module
 */
import type { AgentResource } from "./agent_resources.ts";
import { makeInteraction } from "../interactions/create_interaction.ts";
import { objectAt, textAt } from "../json.ts";
import { defined } from "../../base/defined.ts";
import { projectOf, respondFamily } from "../interactions/interaction_call.ts";
import { failedPrecondition } from "../interactions/string_codes.ts";
import { randomId } from "../random_id.ts";
import { secondStamp } from "../timestamps.ts";
import type { ServiceCall } from "../models/model_call.ts";

/** Handles `triggers.run`. */
export function runTrigger(call: ServiceCall, trigger: AgentResource): Promise<Response> {
  if (trigger.shown["status"] !== "active") {
    throw failedPrecondition("The trigger is not active.");
  }
  const make = () => {
    const { environment_id } = trigger.shown;
    const body = objectAt(trigger.shown, "interaction") ?? {};
    const interaction = makeInteraction(
      { ...body, ...defined({ environment: environment_id }), background: true },
      call,
    );
    const time = secondStamp(call.now);
    const id = `execution_${randomId(16)}`;
    const shown = defined({
      id,
      trigger_id: trigger.id,
      status: "in_progress",
      scheduled_time: time,
      start_time: time,
      interaction_id: textAt(interaction, "id"),
      environment_id: textAt(interaction, "environment_id"),
    });
    call.stored.agents.add("executions", {
      id: `${trigger.id}/${id}`,
      project: projectOf(call),
      shown,
    });
    trigger.shown = {
      ...trigger.shown,
      last_run_time: time,
      previous_interaction_id: interaction["id"],
    };
    return [shown];
  };
  return respondFamily(call, { make });
}
