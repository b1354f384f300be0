/**
 * gemini-cli: `settings.json` and `.env` in `.gemini` of the home folder, or of the folder that `GEMINI_CLI_HOME`
 * names.
 *
 * @see {@link https://github.com/google-gemini/gemini-cli/blob/main/docs/reference/configuration.md}
 * @module
 */
import { join } from "node:path";
import { type Client, homeOf } from "./client.ts";

/** gemini-cli has no setting for the base URL, but reads variables from `.env` in folders that it trusts. */
export const GEMINI_CLI: Client = {
  id: "gemini-cli",
  name: "gemini-cli",
  program: "gemini",
  files(places, { url, key }) {
    const folder = join(places.env("GEMINI_CLI_HOME") || homeOf(places), ".gemini");
    return [
      {
        path: join(folder, "settings.json"),
        format: "json",
        settings: [
          { path: ["security", "auth", "selectedType"], value: "gemini-api-key" },
        ],
      },
      {
        path: join(folder, ".env"),
        format: "dotenv",
        settings: [
          { path: ["GOOGLE_GEMINI_BASE_URL"], value: url },
          { path: ["GEMINI_API_KEY"], value: key, isSecret: true },
        ],
      },
    ];
  },
  overriding: ["GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"],
  advice:
    "In a folder that it does not trust, gemini-cli reads no .env: trust the folder there, or use --skip-trust",
};
