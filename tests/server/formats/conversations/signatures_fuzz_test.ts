/**
 * Thought signatures of 1,000 turns through all formats, with restarts and account switches in between: the emulated
 * Google refuses none, and the placeholder stands only where a call's signature does not hold.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type RecordedRequest, startEmulator } from "../../../../src/emulator/emulator.ts";
import type { AccountKind } from "../../../../src/gemini/api/account_kinds.ts";
import { emulatedAccount } from "../../../support/emulated_gateway.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { startTestGateway, type TestGateway } from "../../../support/gateway.ts";
import { memoryStore } from "../../../support/memory_database.ts";
import { seededRandom } from "../../../support/seeded_random.ts";
import { testSealer } from "../../../support/test_sealer.ts";
import { CHAT_CLIENT } from "./chat_client.ts";
import type { ClientFormat, Message } from "./history.ts";
import { MESSAGES_CLIENT } from "./messages_client.ts";
import { RESPONSES_CLIENT, STORED_RESPONSES_CLIENT } from "./responses_client.ts";

const TURNS = 1000;
const SEED = 15;

const PLACEHOLDER = "skip_thought_signature_validator";
const ACCOUNTS: Readonly<Record<string, AccountKind>> = {
  "key-1": "gemini-api",
  "key-2": "gemini-api",
  "vertex-1": "vertex",
  "code-1": "code-assist",
  "code-2": "code-assist",
};
const MODELS = ["gemini-3.8-flash", "gemini-3.1-pro-preview"];
/** The formats of clients that keep their conversation. */
const FORMATS = [CHAT_CLIENT, RESPONSES_CLIENT, MESSAGES_CLIENT];
const FUNCTIONS = ["look_up", "convert", "book"];

/** The conversations that go on side by side. */
const CONVERSATIONS = 10;

/** A conversation of one client. */
interface Conversation {
  readonly name: string;
  /** Each of its requests has one of these. */
  readonly formats: readonly ClientFormat[];
  /** Whether the client repeats a response as it came, or only what every format has. */
  readonly keepsAll: boolean;
  readonly functions: readonly string[];
  readonly history: Message[];
  /** The kind of account and the model that made each of its messages with calls. */
  readonly origins: string[];
  model: string;
  turns: number;
}

Deno.test("no thought signature is refused in 1,000 turns through all formats, accounts and restarts", async () => {
  const random = seededRandom(SEED);
  const clock = new FakeClock();
  await using emulator = await startEmulator({ clock });
  using store = await memoryStore();
  const sealer = await testSealer();
  const accounts = Object.entries(ACCOUNTS)
    .map(([name, kind]) => emulatedAccount(emulator, name, kind));
  const seen = { requests: 0, restarts: 0, moves: 0, genuine: 0, placeholders: 0, parallel: 0 };

  async function start() {
    const keeper = store.keeper({
      clock,
      onProblem: (what, error) => assert.fail(`${what}: ${error}`),
    });
    const gateway = await startTestGateway({
      accounts,
      clock,
      keeper,
      sealer,
      settings: { routing: { maxAttempts: 5 } },
    });
    return {
      gateway,
      async [Symbol.asyncDispose]() {
        await gateway.close();
        await keeper.close();
        assert.deepEqual(gateway.problems, []);
      },
    };
  }

  function pick<T>(list: readonly T[]): T {
    return list[Math.floor(random() * list.length)] ?? assert.fail("nothing to pick");
  }

  function newConversation(number: number): Conversation {
    const formats = pick([
      ...FORMATS.map((format) => [format]),
      [STORED_RESPONSES_CLIENT],
      FORMATS,
    ]);
    return {
      name: `conversation ${number}`,
      formats,
      keepsAll: formats.includes(STORED_RESPONSES_CLIENT) || random() < 0.5,
      functions: random() < 0.2 ? [] : FUNCTIONS,
      history: [],
      origins: [],
      model: pick(MODELS),
      turns: 0,
    };
  }

  /** Names functions in steps, which the emulated model calls: some in parallel, and some twice. */
  function question({ name, turns, functions }: Conversation): string {
    if (functions.length === 0) return `Turn ${turns} of ${name}: hello`;
    const steps = Array.from(
      { length: 1 + Math.floor(random() * 2) },
      () =>
        Array.from({ length: 1 + Math.floor(random() * 3) }, () => `call ${pick(FUNCTIONS)}`)
          .join(" and "),
    );
    return `Turn ${turns} of ${name}: ${steps.join(", then ")}`;
  }

  /** Sends the conversation, and adds the response. Returns whether the model called functions. */
  async function step(conversation: Conversation, gateway: TestGateway): Promise<boolean> {
    const { history, model, origins, functions } = conversation;
    const format = pick(conversation.formats);
    const isStream = random() < 0.5;
    emulator.clear();
    if (random() < 0.15) {
      // Only one account has quota left.
      const spared = pick(Object.keys(ACCOUNTS));
      for (const name of Object.keys(ACCOUNTS)) {
        if (name !== spared) emulator.script(name, ["429-bare"]);
      }
    }
    const response = await fetch(gateway.url + format.path, {
      method: "POST",
      headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
      body: JSON.stringify(format.body(history, { model, isStream, functions })),
    });
    const text = await response.text();
    seen.requests++;
    assert.equal(response.status, 200, `${conversation.name} (${format.name}): ${text}`);
    const account = response.headers.get("x-pollux-account") ?? "";
    const kind = ACCOUNTS[account] ?? assert.fail(account);
    for (const request of emulator.requests) check(request, conversation);
    assert.equal(emulator.signatureRefusals, 0, `${conversation.name} (${format.name})`);
    const { own, ...reply } = format.read(text, isStream);
    history.push({
      type: "model",
      ...reply,
      ...(conversation.keepsAll ? { own: { format: format.name, value: own } } : {}),
    });
    if (reply.calls.length === 0) return false;
    if (reply.calls.length > 1) seen.parallel++;
    const origin = `${kind} ${model}`;
    if (origins.length > 0 && origins.at(-1) !== origin) seen.moves++;
    origins.push(origin);
    history.push({ type: "results", calls: reply.calls });
    return true;
  }

  /** Checks what an account got: each call in its place, and signed where its signature holds. */
  function check(request: RecordedRequest, { history, model, origins }: Conversation): void {
    if (!/generatecontent/i.test(request.path)) return;
    // deno-lint-ignore no-explicit-any -- read as deep as the check needs
    const body = request.body as any;
    const { contents } = body.request ?? body;
    const current = contents.findLastIndex(({ role, parts }: Content) =>
      role !== "model" && !parts.some((part) => "functionResponse" in part)
    );
    const target = `${ACCOUNTS[request.account ?? ""]} ${model}`;
    const steps = history.flatMap((message) =>
      message.type === "model" && message.calls.length > 0 ? [message.calls] : []
    );
    let nth = 0;
    contents.forEach(({ role, parts }: Content, index: number) => {
      if (role !== "model") return;
      const signatures = parts.map(({ thoughtSignature }) => thoughtSignature);
      assert.ok(signatures.filter((signature) => signature === PLACEHOLDER).length < 2);
      const calls = parts.filter((part) => "functionCall" in part);
      if (calls.length === 0) return;
      assert.deepEqual(
        calls.map(({ functionCall }) => functionCall?.name),
        steps[nth]?.map(({ name }) => name),
      );
      const [first, ...others] = calls.map(({ thoughtSignature }) => thoughtSignature);
      assert.ok(others.every((signature) => signature === undefined), "only the first is signed");
      if (origins[nth] === target) {
        assert.ok(first !== undefined && first !== PLACEHOLDER, "its signature holds");
        seen.genuine++;
      } else if (index > current || first !== undefined) {
        assert.equal(first, PLACEHOLDER, "its signature does not hold");
        seen.placeholders++;
      }
      nth++;
    });
    assert.equal(nth, steps.length);
  }

  let running = await start();
  try {
    let number = 0;
    const open = Array.from({ length: CONVERSATIONS }, () => newConversation(++number));
    for (let turns = 0; turns < TURNS;) {
      const nth = Math.floor(random() * open.length);
      const conversation = open[nth] ?? assert.fail();
      if (random() < 0.02) {
        await running[Symbol.asyncDispose]();
        running = await start();
        seen.restarts++;
      }
      clock.advance(Math.floor(random() * 600_000) + 120_000);
      const last = conversation.history.at(-1);
      if (last?.type !== "results") {
        conversation.turns++;
        if (random() < 0.1) conversation.model = pick(MODELS);
        conversation.history.push({ type: "user", text: question(conversation) });
      }
      if (await step(conversation, running.gateway)) continue;
      turns++;
      if (random() < 0.3) open[nth] = newConversation(++number);
    }
  } finally {
    await running[Symbol.asyncDispose]();
  }
  assert.ok(seen.restarts > 20 && seen.moves > 100 && seen.parallel > 100);
  assert.ok(seen.genuine > 1000 && seen.placeholders > 100);
});

/** A native content. */
interface Content {
  readonly role: string;
  readonly parts: readonly {
    readonly thoughtSignature?: string;
    readonly functionCall?: { readonly name: string };
  }[];
}
