/**
 * aider: `.aider.conf.yml` in the home folder.
 *
 * @see {@link https://aider.chat/docs/config/aider_conf.html}
 * @see {@link https://aider.chat/docs/llms/openai-compat.html}
 * @module
 */
import { join } from "node:path";
import { type Client, homeOf } from "./client.ts";

/** `openai/` in front of a model makes aider speak OpenAI's chat completions to the base URL. */
export const AIDER: Client = {
  id: "aider",
  name: "aider",
  program: "aider",
  files: (places, { url, key, model, smallModel }) => [{
    path: join(homeOf(places), ".aider.conf.yml"),
    format: "yaml",
    settings: [
      { path: ["model"], value: `openai/${model}` },
      { path: ["weak-model"], value: `openai/${smallModel}` },
      { path: ["openai-api-base"], value: `${url}/v1` },
      { path: ["openai-api-key"], value: key, isSecret: true },
    ],
  }],
  overriding: [],
};
