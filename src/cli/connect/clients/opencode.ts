/**
 * opencode: `opencode.json` or `opencode.jsonc` in `~/.config/opencode`, or the file that `OPENCODE_CONFIG` names.
 *
 * @see {@link https://opencode.ai/docs/config/}
 * @see {@link https://opencode.ai/docs/providers/}
 * @module
 */
import { isAbsolute, join } from "node:path";
import { type Client, type ClientPlaces, homeOf } from "./client.ts";

const PROVIDER = ["provider", "pollux"];

/** opencode speaks Google's own format through `@ai-sdk/google`, which it has inside. */
export const OPENCODE: Client = {
  id: "opencode",
  name: "opencode",
  program: "opencode",
  files(places, { url, key, model, smallModel }) {
    return [{
      path: pathOf(places),
      format: "json",
      settings: [
        { path: ["model"], value: `pollux/${model}` },
        { path: ["small_model"], value: `pollux/${smallModel}` },
        { path: [...PROVIDER, "npm"], value: "@ai-sdk/google" },
        { path: [...PROVIDER, "name"], value: "Pollux" },
        { path: [...PROVIDER, "options", "baseURL"], value: `${url}/v1beta` },
        { path: [...PROVIDER, "options", "apiKey"], value: key, isSecret: true },
        ...new Set([model, smallModel]).values().map((id) => ({
          path: [...PROVIDER, "models", id],
          value: {},
        })),
      ],
    }];
  },
  overriding: [],
};

/** Of the files in the folder, opencode reads the last one of this list last. */
function pathOf(places: ClientPlaces): string {
  const chosen = places.env("OPENCODE_CONFIG");
  if (chosen) return chosen;
  const base = places.env("XDG_CONFIG_HOME");
  const folder = base && isAbsolute(base) ? base : join(homeOf(places), ".config");
  const paths = ["opencode.json", "opencode.jsonc"].map((name) => join(folder, "opencode", name));
  const [first = ""] = paths;
  return paths.findLast(places.exists) ?? first;
}
