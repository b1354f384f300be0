/**
 * The clients that Pollux can connect.
 *
 * @module
 */
import { AIDER } from "./aider.ts";
import { CLAUDE_CODE } from "./claude_code.ts";
import type { Client } from "./client.ts";
import { CLIENT_IDS, type ClientId } from "./client_ids.ts";
import { CODEX } from "./codex.ts";
import { GEMINI_CLI } from "./gemini_cli.ts";
import { OPENCODE } from "./opencode.ts";
import { QWEN_CODE } from "./qwen_code.ts";

const BY_ID: Readonly<Record<ClientId, Client>> = {
  "claude-code": CLAUDE_CODE,
  codex: CODEX,
  "gemini-cli": GEMINI_CLI,
  opencode: OPENCODE,
  aider: AIDER,
  "qwen-code": QWEN_CODE,
};

/** All of them, in the order of lists. */
export const CLIENTS: readonly Client[] = CLIENT_IDS.map((id) => BY_ID[id]);

/** The client with that name. */
export function clientOf(id: ClientId): Client {
  return BY_ID[id];
}
