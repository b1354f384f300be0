/**
 * The agents, and how each is run without a terminal. They are connected as `pollux connect` connects them; opencode
 * gets OpenAI's format instead, which it has, too.
 *
 * @module
 */
import type { JsonObject } from "../../../src/base/json.ts";
import { callPart, MODEL, SMALL_MODEL } from "./agent_bed.ts";
import type { Agents } from "./prepare_agents.ts";

/** Where an agent works. */
export interface Workplace {
  readonly agents: Agents;
  readonly home: string;
  /** The folder with the file `notes.txt`, which holds "hello". */
  readonly folder: string;
  /** The gateway's origin. */
  readonly url: string;
}

/** One agent. */
export interface Agent {
  /** Also the name of its golden file. */
  readonly name: string;
  readonly version: string;
  /** Its name for `pollux connect`; undefined if it is connected by `settings`. */
  readonly connect?: string;
  /** Files to write into the home, by their paths. */
  readonly settings?: (place: Workplace) => Readonly<Record<string, string>>;
  /** What the model does: the parts of each of its responses. */
  readonly turns: (folder: string) => readonly (readonly JsonObject[])[];
  /** The program, undefined if it is not there, and its arguments. */
  readonly command: (place: Workplace) => readonly [string | undefined, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const TASK = "What do the notes say?";

/** What the model says in the end. */
export const SAID = "The notes say hello.";

/** Calls the tool that reads the file, then says what it holds. */
function reading(name: string, args: (file: string) => JsonObject) {
  return (folder: string) => [
    [callPart(name, args(`${folder}/notes.txt`))],
    [{ text: "The notes " }, { text: "say hello." }],
  ];
}

/** All agents. */
export const AGENTS: readonly Agent[] = [
  {
    name: "claude-code",
    version: "2.1.332",
    connect: "claude-code",
    turns: reading("Read", (file_path) => ({ file_path })),
    command: ({ agents: { packages } }) => [
      packages && `${packages}/@anthropic-ai/claude-code-linux-x64/claude`,
      ...["-p", TASK, "--allowedTools", "Read"],
    ],
    env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
  },
  {
    name: "codex",
    version: "0.171.0",
    connect: "codex",
    turns: reading("exec_command", (file) => ({ cmd: `cat ${file}` })),
    command: ({ agents: { packages } }) => [
      packages && `${packages}/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex`,
      // Its own sandbox needs rights that a container may not give.
      ...["exec", "--skip-git-repo-check", "--sandbox", "danger-full-access", TASK],
    ],
  },
  {
    name: "opencode",
    version: "1.18.33",
    settings: ({ url }) => ({
      ".config/opencode/opencode.json": JSON.stringify({
        autoupdate: false,
        share: "disabled",
        model: `pollux/${MODEL}`,
        small_model: `pollux/${SMALL_MODEL}`,
        provider: {
          pollux: {
            npm: "@ai-sdk/openai-compatible",
            options: { baseURL: `${url}/v1`, apiKey: "any" },
            models: { [MODEL]: {}, [SMALL_MODEL]: {} },
          },
        },
      }),
    }),
    turns: reading("read", (filePath) => ({ filePath })),
    command: ({ agents: { packages } }) => [
      packages && `${packages}/opencode-linux-x64/bin/opencode`,
      ...["run", TASK],
    ],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    },
  },
  {
    name: "qwen-code",
    version: "0.24.4",
    connect: "qwen-code",
    turns: reading("read_file", (file_path) => ({ file_path })),
    command: ({ agents: { packages, node } }) => [
      packages && node,
      `${packages}/@qwen-code/qwen-code/cli.js`,
      ...["-p", TASK],
    ],
    env: { QWEN_CODE_NO_RELAUNCH: "true" },
  },
  {
    name: "aider",
    version: "0.86.2",
    connect: "aider",
    // It has no tools: the model writes what to change.
    turns: () => [[
      { text: "notes.txt\n" },
      { text: "```\n<<<<<<< SEARCH\nhello\n=======\nhello, world\n>>>>>>> REPLACE\n```\n" },
      { text: SAID },
    ]],
    command: ({ agents: { python } }) => [
      python,
      ...["-m", "aider", "--no-git", "--yes-always", "--no-check-update", "--analytics-disable"],
      ...["--no-show-release-notes", "--no-show-model-warnings", "--no-pretty"],
      ...["--edit-format", "diff", "--message", TASK, "notes.txt"],
    ],
    env: { LITELLM_LOCAL_MODEL_COST_MAP: "True" },
  },
];
