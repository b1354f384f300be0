/**
 * Codex: `config.toml` in `~/.codex`, or in the folder that `CODEX_HOME` names.
 *
 * @see {@link https://developers.openai.com/codex/config-reference}
 * @module
 */
import { join } from "node:path";
import type { Setting } from "../formats/settings_format.ts";
import { type Client, homeOf } from "./client.ts";

const PROVIDER = ["model_providers", "pollux"];

/** Codex adds `/responses` to the base URL. With a token in the file it needs neither a sign-in nor a variable. */
export const CODEX: Client = {
  id: "codex",
  name: "Codex",
  program: "codex",
  files(places, { url, key, model }) {
    const folder = places.env("CODEX_HOME") || join(homeOf(places), ".codex");
    const provider: readonly Setting[] = [
      { path: [...PROVIDER, "name"], value: "Pollux", isNeeded: true },
      { path: [...PROVIDER, "base_url"], value: `${url}/v1` },
      { path: [...PROVIDER, "wire_api"], value: "responses" },
      { path: [...PROVIDER, "experimental_bearer_token"], value: key, isSecret: true },
    ];
    return [{
      path: join(folder, "config.toml"),
      format: "toml",
      settings: [
        { path: ["model"], value: model },
        { path: ["model_provider"], value: "pollux" },
        ...provider,
      ],
    }];
  },
  overriding: [],
};
