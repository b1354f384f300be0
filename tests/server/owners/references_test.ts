/** Every place where a request names a resource: it leads to the owner, and to no one else's resource. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";

const MODEL = "gemini-2.5-flash";
const AGENT = "antigravity-preview-09-2026";

const CLIENTS = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);

const AS = {
  none: {},
  a: { "x-goog-api-key": "planted-client-a" },
  b: { "x-goog-api-key": "planted-client-b" },
} as const;

/** How a resource of each collection is made. */
const MAKES = {
  environments: () => ({}),
  credentials: (nth: number) => ({ id: `cred-${nth}`, type: "bearer_token", token: "planted-t" }),
  fileSearchStores: () => ({ displayName: "notes" }),
  voices: (nth: number) => ({
    store: true,
    voice: { type: "prompted", prompted: { input: "calm" }, display_name: `v${nth}` },
  }),
} as const;

/** A request that names a resource. */
interface Naming {
  readonly of: keyof typeof MAKES;
  readonly path: string;
  readonly body: (name: string) => unknown;
}

const IN_ENVIRONMENT: Readonly<Record<string, (credential: string) => Record<string, unknown>>> = {
  "a variable": (credential) => ({ type: "remote", env: { A: "plain", TOKEN: { credential } } }),
  "a variable with an escaped name": (credential) => ({
    type: "remote",
    env: { [`\u00fc"\n`.repeat(50)]: { value: "", credential } },
  }),
  "an allowed domain": (credential) => ({
    type: "remote",
    network: { allowlist: [{ domain: "a.test" }, { domain: "*", credential }] },
  }),
};

const IN_SPEECH: Readonly<Record<string, (voice: string) => unknown>> = {
  "the voice": (voice) => ({ voiceConfig: { voice } }),
  "a name among Google's": (voiceName) => ({ voiceConfig: { prebuiltVoiceConfig: { voiceName } } }),
  "that of a speaker": (voice) => ({
    multi_speaker_voice_config: {
      speaker_voice_configs: [{ speaker: "a", voice_config: { voice } }],
    },
  }),
};

/** The requests, by what they are. */
const NAMINGS: Readonly<Record<string, Naming>> = {
  "an environment made from another": {
    of: "environments",
    path: "environments",
    body: (name) => ({ from_environment: name }),
  },
  "an environment made from another, by its whole name in camelCase": {
    of: "environments",
    path: "environments",
    body: (name) => ({ fromEnvironment: `environments/${name}` }),
  },
  "a credential in a new environment": {
    of: "credentials",
    path: "environments",
    body: (credential) => ({ network: { allowlist: [{ domain: "a.test", credential }] } }),
  },
  ...Object.fromEntries(
    Object.entries(IN_ENVIRONMENT).flatMap(([where, environment]) =>
      [
        [`a credential in an interaction's environment, in ${where}`, {
          of: "credentials",
          path: "interactions",
          body: (name: string) => ({ agent: AGENT, input: "hi", environment: environment(name) }),
        }],
        [`a credential in an agent's environment, in ${where}`, {
          of: "credentials",
          path: "agents",
          body: (name: string) => ({ base_agent: AGENT, base_environment: environment(name) }),
        }],
        [`a credential in a trigger's environment, in ${where}`, {
          of: "credentials",
          path: "triggers",
          body: (name: string) => ({
            schedule: "0 9 * * *",
            time_zone: "UTC",
            interaction: { agent: AGENT, input: "hi", environment: environment(name) },
          }),
        }],
      ] as const
    ),
  ),
  "a voice in a trigger": {
    of: "voices",
    path: "triggers",
    body: (voice) => ({
      schedule: "0 9 * * *",
      time_zone: "UTC",
      interaction: { model: MODEL, generation_config: { speech_config: [{ voice }] } },
    }),
  },
  "a voice of several speakers": {
    of: "voices",
    path: "interactions",
    body: (voice) => ({
      model: MODEL,
      input: "a: hi. b: hi.",
      generation_config: {
        speech_config: {
          speakers: [{ speaker: "a", voice: "zephyr" }, { speaker: "b", voice }],
        },
      },
    }),
  },
  ...Object.fromEntries(
    Object.entries(IN_SPEECH).map(([where, speech]) =>
      [`a voice of speech, as ${where}`, {
        of: "voices",
        path: `models/${MODEL}:generateContent`,
        body: (voice: string) => ({
          contents: [{ role: "user", parts: [{ text: "hi" }] }],
          generationConfig: { responseModalities: ["AUDIO"], speechConfig: speech(voice) },
        }),
      }] as const
    ),
  ),
  "a store in a question": {
    of: "fileSearchStores",
    path: "models/aqa:generateAnswer",
    body: (name) => ({ contents: [], tools: [{ fileSearch: { fileSearchStoreNames: [name] } }] }),
  },
  "a store in the setup of an ephemeral token": {
    of: "fileSearchStores",
    path: "auth_tokens",
    body: (name) => ({
      bidiGenerateContentSetup: {
        model: `models/${MODEL}`,
        tools: [{ fileSearch: { fileSearchStoreNames: [name] } }],
      },
    }),
  },
};

function post(
  { url }: EmulatedGateway,
  path: string,
  { body, headers }: { readonly body: unknown; readonly headers: HeadersInit },
): Promise<Response> {
  const version = path === "auth_tokens" ? "v1alpha" : "v1beta";
  return fetch(`${url}/${version}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function made(
  gateway: EmulatedGateway,
  of: keyof typeof MAKES,
  { nth, headers }: { readonly nth: number; readonly headers: HeadersInit },
): Promise<{ readonly name: string; readonly account: string }> {
  const response = await post(gateway, of, { body: MAKES[of](nth), headers });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const { id, name } = JSON.parse(text);
  return { name: id ?? name, account: response.headers.get("x-pollux-account") ?? "" };
}

for (const [what, { of, path, body }] of Object.entries(NAMINGS)) {
  Deno.test(`${what} leads to the account that holds it`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: "gemini-api", two: "gemini-api", three: "gemini-api" },
    });
    for (let nth = 0; nth < 4; nth++) {
      const { name, account } = await made(gateway, of, { nth, headers: AS.none });
      const before = gateway.emulator.requests.length;
      await (await post(gateway, path, { body: body(name), headers: AS.none })).text();
      const asked = gateway.emulator.requests.slice(before).map((request) => request.account);
      assert.deepEqual(asked, [account]);
    }
  });

  Deno.test(`${what} of another client is refused, and Google is not asked`, async () => {
    await using gateway = await startEmulatedGateway({ clientKeys: clientKeysOf(CLIENTS) });
    const { name } = await made(gateway, of, { nth: 0, headers: AS.a });
    const before = gateway.emulator.requests.length;
    const response = await post(gateway, path, { body: body(name), headers: AS.b });
    const text = await response.text();
    assert.ok(response.status === 404 || response.status === 403, text);
    assert.equal(gateway.emulator.requests.length, before);
  });
}
