/**
 * What each client gets, where, and that all of it can be taken back.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CLIENT_IDS, type ClientId } from "../../../src/cli/connect/clients/client_ids.ts";
import { clientOf, CLIENTS } from "../../../src/cli/connect/clients/clients.ts";
import { FORMATS } from "../../../src/cli/connect/formats/formats.ts";
import { ClientUser } from "./client_user.ts";

const URL_FLAGS = ["--url", "http://127.0.0.1:1", "--model", "gemini-3-pro", "--yes"];

/** The files that a client has afterwards, where there was nothing before. */
const WRITTEN: Readonly<Record<ClientId, Readonly<Record<string, string>>>> = {
  "claude-code": {
    ".claude/settings.json": `{
  "env": {
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
    "ANTHROPIC_AUTH_TOKEN": "pollux",
    "ANTHROPIC_MODEL": "gemini-3-pro",
    "ANTHROPIC_DEFAULT_OPUS_MODEL": "gemini-3-pro",
    "ANTHROPIC_DEFAULT_SONNET_MODEL": "gemini-3-pro",
    "ANTHROPIC_DEFAULT_FABLE_MODEL": "gemini-3-pro",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL": "gemini-3-pro"
  }
}
`,
  },
  codex: {
    ".codex/config.toml": `model = "gemini-3-pro"
model_provider = "pollux"

[model_providers.pollux]
name = "Pollux"
base_url = "http://127.0.0.1:1/v1"
wire_api = "responses"
experimental_bearer_token = "pollux"
`,
  },
  "gemini-cli": {
    ".gemini/settings.json": `{
  "security": {
    "auth": {
      "selectedType": "gemini-api-key"
    }
  }
}
`,
    ".gemini/.env": `GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:1
GEMINI_API_KEY=pollux
`,
  },
  opencode: {
    ".config/opencode/opencode.json": `{
  "model": "pollux/gemini-3-pro",
  "small_model": "pollux/gemini-3-pro",
  "provider": {
    "pollux": {
      "npm": "@ai-sdk/google",
      "name": "Pollux",
      "options": {
        "baseURL": "http://127.0.0.1:1/v1beta",
        "apiKey": "pollux"
      },
      "models": {
        "gemini-3-pro": {}
      }
    }
  }
}
`,
  },
  aider: {
    ".aider.conf.yml": `model: "openai/gemini-3-pro"
weak-model: "openai/gemini-3-pro"
openai-api-base: "http://127.0.0.1:1/v1"
openai-api-key: "pollux"
`,
  },
  "qwen-code": {
    ".qwen/settings.json": `{
  "security": {
    "auth": {
      "selectedType": "openai"
    }
  },
  "model": {
    "name": "gemini-3-pro"
  },
  "env": {
    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    "OPENAI_API_KEY": "pollux"
  }
}
`,
  },
};

for (const client of CLIENT_IDS) {
  Deno.test(`connect ${client} writes its settings into new files, and disconnect removes them`, async () => {
    using user = new ClientUser();
    const { code, out, err } = await user.run(["connect", client, ...URL_FLAGS]);
    assert.equal(code, 0, err);
    const files = WRITTEN[client];
    assert.deepEqual(
      user.names().filter((name) => !name.endsWith("/")),
      Object.keys(files).toSorted(),
    );
    for (const [path, text] of Object.entries(files)) {
      assert.equal(user.read(path), text);
      assert.ok(out.includes(`${user.at(path)} (new)`), out);
      if (Deno.build.os !== "windows") {
        assert.equal((Deno.statSync(user.at(path)).mode ?? 0) & 0o777, 0o600);
      }
    }
    assert.match(out, new RegExp(`To undo it: pollux disconnect ${client}$`, "m"));
    const back = await user.run(["disconnect", client]);
    assert.equal(back.code, 0, back.err);
    assert.deepEqual(user.names(), []);
  });

  Deno.test(`connect ${client} keeps everything else in its files, which disconnect puts back`, async () => {
    using user = new ClientUser();
    const before = new Map<string, string>();
    for (const [path, text] of Object.entries(WRITTEN[client])) {
      const changed = text.replaceAll("gemini-3-pro", "theirs").replaceAll("pollux", "mine");
      const mark = path.endsWith(".env") ? "# mine\n" : "\ufeff";
      before.set(path, `${mark}${changed}`.replaceAll("\n", "\r\n").trimEnd());
      user.write(path, before.get(path) ?? "");
    }
    const { code, err } = await user.run(["connect", client, ...URL_FLAGS]);
    assert.equal(code, 0, err);
    for (const [path, text] of before) {
      const now = user.read(path) ?? "";
      const { format } = clientOf(client).files(user.places, TARGET)
        .find((file) => file.path === user.at(path)) ?? { format: "json" };
      const parsed = JSON.stringify(FORMATS[format].parse(now.replace(/^\ufeff/, "")));
      if (!path.endsWith(".gemini/settings.json")) assert.match(parsed, /pollux/);
      assert.doesNotMatch(now, /[^\r]\n/);
      assert.equal(now.startsWith("\ufeff"), text.startsWith("\ufeff"));
    }
    const back = await user.run(["disconnect", client]);
    assert.equal(back.code, 0, back.err);
    for (const [path, text] of before) assert.equal(user.read(path), text);
  });
}

const TARGET = { url: "", key: "", model: "", smallModel: "" };

Deno.test("Each client is where its own variables say", () => {
  const env: Readonly<Record<string, string>> = {
    HOME: "/home/ada",
    USERPROFILE: "/home/ada",
    CLAUDE_CONFIG_DIR: "/c",
    CODEX_HOME: "/x",
    GEMINI_CLI_HOME: "/g",
    QWEN_HOME: "/q",
    XDG_CONFIG_HOME: "/xdg",
  };
  const pathsFor = (more: Readonly<Record<string, string>> = {}, there: readonly string[] = []) =>
    CLIENTS.flatMap((client) =>
      client.files({
        os: "linux",
        env: (name) => ({ ...env, ...more })[name],
        exists: (path) => there.includes(path),
      }, TARGET)
    ).map(({ path }) => path.replaceAll("\\", "/"));
  assert.deepEqual(pathsFor(), [
    "/c/settings.json",
    "/x/config.toml",
    "/g/.gemini/settings.json",
    "/g/.gemini/.env",
    "/xdg/opencode/opencode.json",
    "/home/ada/.aider.conf.yml",
    "/q/settings.json",
  ]);
  assert.ok(pathsFor({ OPENCODE_CONFIG: "/o.json" }).includes("/o.json"));
  assert.ok(
    pathsFor({ XDG_CONFIG_HOME: "relative" }).includes("/home/ada/.config/opencode/opencode.json"),
  );
  const jsonc = "/xdg/opencode/opencode.jsonc";
  assert.ok(pathsFor({}, ["/xdg/opencode/opencode.json", jsonc]).includes(jsonc));
});

Deno.test("A home folder that no variable names is a mistake, and nothing is written", async () => {
  using user = new ClientUser({ HOME: "", USERPROFILE: "" });
  const { code, err } = await user.run(["connect", "aider", ...URL_FLAGS]);
  assert.equal(code, 1);
  assert.match(err, /is not set; set it to your home folder/);
});
