/**
 * Claude Code: `settings.json` in `~/.claude`, or in the folder that `CLAUDE_CONFIG_DIR` names.
 *
 * @see {@link https://code.claude.com/docs/en/settings}
 * @see {@link https://code.claude.com/docs/en/llm-gateway}
 * @module
 */
import { join } from "node:path";
import { type Client, homeOf } from "./client.ts";

/** Claude Code adds `/v1/messages` to the base URL. Its names of models stand for Gemini's. */
export const CLAUDE_CODE: Client = {
  id: "claude-code",
  name: "Claude Code",
  program: "claude",
  files(places, { url, key, model, smallModel }) {
    const folder = places.env("CLAUDE_CONFIG_DIR") || join(homeOf(places), ".claude");
    return [{
      path: join(folder, "settings.json"),
      format: "json",
      settings: [
        { path: ["env", "ANTHROPIC_BASE_URL"], value: url },
        { path: ["env", "ANTHROPIC_AUTH_TOKEN"], value: key, isSecret: true },
        { path: ["env", "ANTHROPIC_MODEL"], value: model },
        { path: ["env", "ANTHROPIC_DEFAULT_OPUS_MODEL"], value: model },
        { path: ["env", "ANTHROPIC_DEFAULT_SONNET_MODEL"], value: model },
        { path: ["env", "ANTHROPIC_DEFAULT_FABLE_MODEL"], value: model },
        { path: ["env", "ANTHROPIC_DEFAULT_HAIKU_MODEL"], value: smallModel },
      ],
    }];
  },
  // The latter send it to other clouds, whatever the base URL.
  overriding: [
    "ANTHROPIC_API_KEY",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
  ],
};
