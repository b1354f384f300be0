/** Agents, environments, triggers, webhooks, credentials and voices through the gateway. @module */
import assert from "node:assert/strict";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";

const MODEL = "gemini-2.5-flash";
const THREE = { a: "gemini-api", b: "gemini-api", c: "gemini-api" } as const;

/** A body of each collection; `nth` makes them different. */
const BODIES: Readonly<Record<string, (nth: number) => unknown>> = {
  agents: (nth) => ({ id: `agent-${nth}`, base_agent: "antigravity-preview-09-2026" }),
  environments: () => ({}),
  webhooks: (nth) => ({
    uri: `https://hooks.test/${nth}`,
    name: `my hook ${nth}`,
    subscribed_events: ["batch.succeeded"],
  }),
  credentials: (nth) => ({ id: `cred-${nth}`, type: "bearer_token", token: "planted-token" }),
  voices: (nth) => ({
    store: true,
    voice: { type: "prompted", prompted: { input: "calm" }, display_name: `v${nth}` },
  }),
};

function call(
  gateway: EmulatedGateway,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(`${gateway.url}/v1beta/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function jsonOf(response: Response) {
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  const { headers } = response;
  const attempts = Number(headers.get("x-pollux-attempts"));
  return { json, account: headers.get("x-pollux-account") ?? "", attempts };
}

for (const [collection, body] of Object.entries(BODIES)) {
  Deno.test(`${collection} of three accounts are made, listed together, read and deleted where they are`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: THREE });
    const made = new Map<string, string>();
    for (let nth = 0; nth < 6; nth++) {
      const { json, account } = await jsonOf(await call(gateway, "POST", collection, body(nth)));
      made.set(json.id, account);
    }
    assert.equal(new Set(made.values()).size, 3);
    const listed: string[] = [];
    for (let token = "", pages = 0; pages === 0 || token !== ""; pages++) {
      const page = await jsonOf(
        await call(gateway, "GET", `${collection}?page_size=4&page_token=${token}`),
      );
      listed.push(...(page.json[collection] ?? []).map(({ id }: { id: string }) => id));
      token = page.json.next_page_token ?? "";
      assert.ok(pages < 30);
    }
    for (const id of made.keys()) {
      assert.equal(listed.filter((other) => other === id).length, 1, id);
    }
    for (const [id, account] of made) {
      assert.equal(
        (await jsonOf(await call(gateway, "GET", `${collection}/${id}`))).account,
        account,
      );
      assert.equal(
        (await jsonOf(await call(gateway, "DELETE", `${collection}/${id}`))).account,
        account,
      );
      const gone = await call(gateway, "GET", `${collection}/${id}`);
      assert.equal(gone.status, 404);
      assert.equal((await gone.json()).error.code, "not_found");
    }
    assert.deepEqual(gateway.problems, []);
  });
}

Deno.test("Google's own voices are listed once, and belong to no account", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const { json } = await jsonOf(await call(gateway, "GET", "voices?page_size=1000"));
  const ids: string[] = json.voices.map(({ id }: { id: string }) => id);
  assert.ok(ids.length > 0);
  assert.equal(new Set(ids).size, ids.length);
  const [id] = ids;
  const accounts = new Set<string>();
  for (let nth = 0; nth < 12; nth++) {
    accounts.add((await jsonOf(await call(gateway, "GET", `voices/${id}`))).account);
    const { account } = await jsonOf(
      await call(gateway, "POST", "interactions", {
        model: MODEL,
        input: `say number ${nth} aloud`,
        generation_config: { speech_config: [{ voice: id }] },
      }),
    );
    accounts.add(account);
  }
  assert.equal(accounts.size, 3);
});

Deno.test("What a request names leads to the account that holds it", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  for (let nth = 0; nth < 4; nth++) {
    const environment = await jsonOf(await call(gateway, "POST", "environments", {}));
    const id: string = environment.json.id;
    const agent = await jsonOf(
      await call(gateway, "POST", "agents", {
        id: `own-${nth}`,
        base_agent: "antigravity-preview-09-2026",
        base_environment: { type: "remote", environment_id: id },
      }),
    );
    assert.equal(agent.account, environment.account);
    const googles = "antigravity-preview-09-2026";
    for (
      const [agent, where] of [
        [`own-${nth}`, undefined],
        [googles, id],
        [googles, { type: "remote", environment_id: id }],
      ]
    ) {
      const interaction = await jsonOf(
        await call(gateway, "POST", "interactions", {
          agent,
          input: "hi",
          environment: where,
          background: true,
        }),
      );
      assert.deepEqual([interaction.account, interaction.attempts], [environment.account, 1]);
    }
    const files = await call(gateway, "GET", `environments/${id}/files/`);
    assert.equal(files.headers.get("x-pollux-account"), environment.account);
    await files.body?.cancel();
  }
});

Deno.test("What an environment is made from and with decides its account", async (t) => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const googles = "antigravity-preview-09-2026";
  for (let nth = 0; nth < 4; nth++) {
    const source = await jsonOf(await call(gateway, "POST", "environments", {}));
    for (const from_environment of [source.json.id, `environments/${source.json.id}`]) {
      await t.step(`from_environment: "${from_environment}"`, async () => {
        const fork = await jsonOf(
          await call(gateway, "POST", "environments", { from_environment }),
        );
        assert.deepEqual([fork.account, fork.attempts], [source.account, 1]);
      });
    }
    const { json: { id: credential }, account } = await jsonOf(
      await call(gateway, "POST", "credentials", BODIES["credentials"]?.(nth)),
    );
    const network = { allowlist: [{ domain: "x.test" }, { domain: "y.test", credential }] };
    const env = { PLAIN: "text", "any name": { credential } };
    const inAgent = (environment: object, id: string) => ({
      id: `${id}-${nth}`,
      base_agent: googles,
      base_environment: { type: "remote", ...environment },
    });
    const inInteraction = (environment: object) => ({
      agent: googles,
      input: `hi ${nth}`,
      environment: { type: "remote", ...environment },
      background: true,
    });
    const schedule = { schedule: "0 9 * * *", time_zone: "UTC" };
    const cases = [
      ["environments", { network }],
      ["agents", inAgent({ network }, "reaching")],
      ["agents", inAgent({ env }, "knowing")],
      ["interactions", inInteraction({ network })],
      ["interactions", inInteraction({ env })],
      ["triggers", { ...schedule, interaction: inInteraction({ env }) }],
    ] as const;
    for (const [collection, body] of cases) {
      await t.step(`${collection} ${JSON.stringify(body)}`, async () => {
        const made = await jsonOf(await call(gateway, "POST", collection, body));
        assert.deepEqual([made.account, made.attempts], [account, 1]);
      });
    }
  }
});

Deno.test("A file of an environment is uploaded, listed and downloaded at the environment's account", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  for (let nth = 0; nth < 4; nth++) {
    const { json: { id }, account } = await jsonOf(await call(gateway, "POST", "environments", {}));
    const path = `environments/${id}/files/src/main.py`;
    const content = `print(${nth})`;
    for (const overwrite of ["", "?overwrite=true"]) {
      const start = await fetch(`${gateway.url}/upload/v1beta/${path}${overwrite}`, {
        method: "PUT",
        headers: {
          "x-goog-upload-protocol": "resumable",
          "x-goog-upload-command": "start",
          "x-goog-upload-header-content-length": String(content.length),
          "x-goog-upload-header-content-type": "text/x-python",
        },
      });
      assert.equal(start.status, 200, await start.text());
      const address = start.headers.get("x-goog-upload-url") ?? "";
      assert.ok(address.startsWith(`${gateway.url}/upload/v1beta/${path}?upload_id=`), address);
      const end = await fetch(address, {
        method: "POST",
        headers: { "x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0" },
        body: content,
      });
      assert.equal(end.status, 200, await end.text());
      assert.equal(end.headers.get("x-pollux-account"), account);
    }
    const list = await jsonOf(
      await call(gateway, "GET", `environments/${id}/files/src?recursive=true`),
    );
    assert.equal(list.account, account);
    assert.deepEqual(list.json.files.map(({ path }: { path: string }) => path), ["src/main.py"]);
    const file = await call(gateway, "GET", `${path}?alt=media`);
    assert.equal(await file.text(), content);
    assert.equal(file.headers.get("content-type"), "text/x-python");
    const none = await call(gateway, "GET", `environments/${id}/files/none?alt=media`);
    assert.deepEqual([none.status, (await none.json()).error.code], [404, "not_found"]);
  }
});

Deno.test("A trigger is changed and run at its account, and its interaction is known", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const { json: { id }, account } = await jsonOf(
    await call(gateway, "POST", "triggers", {
      schedule: "0 9 * * *",
      time_zone: "UTC",
      interaction: { agent: "antigravity-preview-09-2026", input: "hi", environment: "remote" },
    }),
  );
  const changed = await jsonOf(
    await call(gateway, "PATCH", `triggers/${id}`, { display_name: "daily" }),
  );
  assert.deepEqual([changed.account, changed.json.display_name], [account, "daily"]);
  assert.equal(
    (await jsonOf(await call(gateway, "POST", `triggers/${id}/executions`))).account,
    account,
  );
  const { json } = await jsonOf(await call(gateway, "GET", `triggers/${id}/executions`));
  const [{ interaction_id: interaction }] = json.trigger_executions ?? json.executions;
  const before = gateway.emulator.requests.length;
  assert.equal(
    (await jsonOf(await call(gateway, "GET", `interactions/${interaction}`))).account,
    account,
  );
  assert.equal(gateway.emulator.requests.length, before + 1);
});

Deno.test("An interaction of Vertex AI stays there, whatever form its paths have", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "vertex" },
  });
  const place = "v1beta1/projects/any/locations/us-central1/interactions";
  const made = new Map<string, string>();
  for (let nth = 0; nth < 8 && made.size < 2; nth++) {
    const response = await fetch(`${gateway.url}/${nth % 2 === 0 ? place : "v1/interactions"}`, {
      method: "POST",
      body: JSON.stringify({ model: MODEL, input: `number ${nth} of some` }),
    });
    const { json, account } = await jsonOf(response);
    made.set(account, json.id);
  }
  assert.deepEqual([...made.keys()].sort(), ["one", "two"]);
  for (const [account, id] of made) {
    for (const path of [`${place}/${id}`, `v1/interactions/${id}`]) {
      assert.equal((await jsonOf(await fetch(`${gateway.url}/${path}`))).account, account);
    }
    const next = await fetch(`${gateway.url}/v1/interactions`, {
      method: "POST",
      body: JSON.stringify({ model: MODEL, input: "more", previous_interaction_id: id }),
    });
    assert.equal((await jsonOf(next)).account, account);
    const removed = await fetch(`${gateway.url}/${place}/${id}`, { method: "DELETE" });
    assert.equal((await jsonOf(removed)).account, account);
  }
});

Deno.test("A decision is a call of a model", async () => {
  await using gateway = await startEmulatedGateway({ accounts: THREE });
  const response = await call(gateway, "POST", "decisions", {
    model: `models/${MODEL}`,
    input: "It rains.",
    questions: { wet: { type: "noul", instructions: "Is it wet?" } },
  });
  await response.body?.cancel();
  assert.equal(response.headers.get("x-pollux-model"), MODEL);
});
