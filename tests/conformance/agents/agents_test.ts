/**
 * Agents for the command line, through a gateway: a task with a tool call, streamed. The wire of each is kept in
 * `golden`; `UPDATE_GOLDEN=1` renews it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { isJsonObject, parsedJson } from "../../../src/base/json.ts";
import { ClientUser } from "../../cli/connect/client_user.ts";
import { leaveOut } from "../../support/left_out.ts";
import { bareEnvironment, runTool } from "../run_tool.ts";
import { type AgentBed, MODEL, SIGNATURE, SMALL_MODEL, startAgentBed } from "./agent_bed.ts";
import { type Agent, AGENTS, SAID, type Workplace } from "./agents.ts";
import { wireText } from "./agent_wire.ts";
import { HAS_AGENTS, prepareAgents } from "./prepare_agents.ts";

const GOLDEN = new URL("./golden/", import.meta.url);

/** Connects an agent, as a user does. */
async function connect(agent: Agent, { user, place }: {
  readonly user: ClientUser;
  readonly place: Workplace;
}): Promise<void> {
  for (const [path, text] of Object.entries(agent.settings?.(place) ?? {})) user.write(path, text);
  if (agent.connect === undefined) return;
  const models = ["--model", MODEL, "--small-model", SMALL_MODEL];
  const { code, err } = await user.run(
    ["connect", agent.connect, "--yes", "--url", place.url, ...models],
  );
  assert.equal(code, 0, err);
}

/** The requests of the agent's main model, each with what the gateway made of it. */
function exchangesOf({ client, native }: AgentBed) {
  const sent = client.filter(({ body }) => {
    const json = parsedJson(body);
    return isJsonObject(json) && json.model === MODEL;
  });
  const received = native.filter(({ path }) => path.includes(`/${MODEL}:`));
  return sent.map((message, nth) => ({ client: message, native: received[nth] }));
}

async function checkGolden({ name }: Agent, text: string): Promise<void> {
  const file = new URL(`${name}.txt`, GOLDEN);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    await Deno.mkdir(GOLDEN, { recursive: true });
    await Deno.writeTextFile(file, text);
    return;
  }
  const kept = await Deno.readTextFile(file).catch(() => "");
  assert.equal(text, kept, `golden/${name}.txt differs: UPDATE_GOLDEN=1 renews it`);
}

for (const agent of AGENTS) {
  Deno.test(`${agent.name} ${agent.version} does a task with a tool call`, async () => {
    if (!HAS_AGENTS) {
      leaveOut(agent.name, { reason: "for Linux on x64 only", isExcused: true });
      return;
    }
    const agents = await prepareAgents();
    using user = new ClientUser();
    const folder = user.at("work");
    user.write("work/notes.txt", "hello\n");
    await using bed = await startAgentBed(agent.turns(folder));
    const place: Workplace = { agents, home: user.home, folder, url: bed.url };
    const [program, ...args] = agent.command(place);
    if (program === undefined) {
      leaveOut(agent.name, { reason: agents.reason });
      return;
    }
    await connect(agent, { user, place });
    const env = { ...bareEnvironment(), ...agent.env, HOME: user.home, TMPDIR: dirname(user.home) };
    const { success, stdout, stderr } = await runTool(program, {
      args,
      cwd: folder,
      env,
      timeoutMs: 120_000,
    });
    const exchanges = exchangesOf(bed);
    const failed = bed.client.filter(({ status }) => status !== 200);
    assert.deepEqual(failed.map(({ path, status }) => [path, status]), []);
    assert.ok(success && stdout.includes(SAID), `${stdout}\n${stderr}`.slice(-3000));
    assert.ok(exchanges.every(({ native }) => native?.path.includes(":streamGenerateContent")));
    if (agent.name === "aider") assert.equal(user.read("work/notes.txt"), "hello, world\n");
    else {
      const last = exchanges.at(-1)?.native?.body ?? "";
      assert.match(last, /"functionResponse":.*hello/);
      assert.equal(last.split(SIGNATURE).length, 2, "The call has its signature, once");
    }
    await checkGolden(agent, wireText(exchanges, user.home));
  });
}
