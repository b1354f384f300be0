/**
 * What to paste to connect agents that run in a terminal.
 *
 * @module
 */
import { CONNECT } from "../texts/connect.js";
import { PROMPT, shellWord } from "./snippet_words.js";

/** @import { Snippet, Target } from "./snippet_words.js" */

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
export function geminiCliSnippets({ url, key, model }) {
  return [
    {
      label: "~/.gemini/settings.json",
      language: "json",
      text: `{ "security": { "auth": { "selectedType": "gemini-api-key" } } }`,
    },
    {
      label: CONNECT.labels.terminal,
      language: "sh",
      text: [
        `export GEMINI_API_KEY=${shellWord(key)}`,
        `export GOOGLE_GEMINI_BASE_URL=${shellWord(url)}`,
        `gemini --skip-trust -m ${shellWord(model)} -p ${shellWord(PROMPT)}`,
      ].join("\n"),
    },
    connectSnippet("gemini-cli", { url, model }),
  ];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
export function claudeCodeSnippets({ url, key, model }) {
  return [
    {
      label: CONNECT.labels.terminal,
      language: "sh",
      text: [
        `export ANTHROPIC_BASE_URL=${shellWord(url)}`,
        `export ANTHROPIC_AUTH_TOKEN=${shellWord(key)}`,
        `export ANTHROPIC_MODEL=${shellWord(model)}`,
        `export ANTHROPIC_DEFAULT_HAIKU_MODEL=${shellWord(model)}`,
        `claude -p ${shellWord(PROMPT)}`,
      ].join("\n"),
    },
    connectSnippet("claude-code", { url, model }),
  ];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
export function codexSnippets({ url, key, model }) {
  return [
    {
      label: "~/.codex/config.toml",
      language: "toml",
      text: `model = ${JSON.stringify(model)}
model_provider = "pollux"

[model_providers.pollux]
name = "Pollux"
base_url = ${JSON.stringify(`${url}/v1`)}
wire_api = "responses"
env_key = "POLLUX_KEY"`,
    },
    {
      label: CONNECT.labels.terminal,
      language: "sh",
      text: [
        `export POLLUX_KEY=${shellWord(key)}`,
        `codex exec --skip-git-repo-check ${shellWord(PROMPT)}`,
      ].join("\n"),
    },
    connectSnippet("codex", { url, model }),
  ];
}

/**
 * The command that writes the client's settings, where Pollux is installed.
 *
 * @param {string} client
 * @param {Pick<Target, "url" | "model">} target
 * @returns {Snippet}
 */
function connectSnippet(client, { url, model }) {
  return {
    label: CONNECT.labels.command,
    language: "pollux",
    text: `pollux connect ${client} --url ${shellWord(url)} --model ${shellWord(model)}`,
  };
}
