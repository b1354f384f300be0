/**
 * The voices of Google's catalogue: every project has them, and none owns them.
 *
 * @module
 */
import { AgentResource } from "./agent_resources.ts";

/** Two of the catalogue's voices. */
export const PREBUILT_VOICES: readonly AgentResource[] = ["Puck", "Charon"].map((id, nth) =>
  new AgentResource(-1 - nth, {
    project: "",
    id,
    shown: { type: "prebuilt", id, display_name: id, language_code: "en-US" },
  })
);
