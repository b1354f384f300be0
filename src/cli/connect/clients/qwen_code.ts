/**
 * Qwen Code: `settings.json` in `~/.qwen`, or in the folder that `QWEN_HOME` names.
 *
 * @see {@link https://qwenlm.github.io/qwen-code-docs/en/users/configuration/settings/}
 * @module
 */
import { join } from "node:path";
import { type Client, homeOf } from "./client.ts";

/** Qwen Code speaks OpenAI's chat completions to the base URL. */
export const QWEN_CODE: Client = {
  id: "qwen-code",
  name: "Qwen Code",
  program: "qwen",
  files(places, { url, key, model }) {
    const folder = places.env("QWEN_HOME") || join(homeOf(places), ".qwen");
    return [{
      path: join(folder, "settings.json"),
      format: "json",
      settings: [
        { path: ["security", "auth", "selectedType"], value: "openai" },
        { path: ["model", "name"], value: model },
        { path: ["env", "OPENAI_BASE_URL"], value: `${url}/v1` },
        { path: ["env", "OPENAI_API_KEY"], value: key, isSecret: true },
      ],
    }];
  },
  overriding: ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"],
};
