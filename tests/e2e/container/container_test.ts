/**
 * The container image: what the Dockerfile and the compose file say, and a container as they describe it, with the
 * executable that `POLLUX_EXECUTABLE` names.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { findTarget } from "../../../scripts/build/targets.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { FINAL_ERRORS_MS } from "../../../src/daemon/drain.ts";
import { LAST_WRITES_MS } from "../../../src/daemon/end_by.ts";
import { within } from "../../support/deadline.ts";
import { NOT_ON_LINUX, testUnless } from "../../support/left_out.ts";
import { EXECUTABLE, NO_EXECUTABLE } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { lackOfContainers, layOut } from "./container.ts";
import { imageOf, stagesOf } from "./dockerfile.ts";

const LIMIT_MS = 60_000;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const DOCKERFILE = await Deno.readTextFile(`${ROOT}Dockerfile`);
const IMAGE = imageOf(DOCKERFILE);

const composeSchema = z.looseObject({
  services: z.strictObject({
    pollux: z.strictObject({
      build: z.literal("."),
      image: z.string(),
      restart: z.string(),
      ports: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      stop_grace_period: z.string().regex(/^\d+s$/),
      read_only: z.literal(true),
      cap_drop: z.tuple([z.literal("ALL")]),
      security_opt: z.tuple([z.literal("no-new-privileges:true")]),
      pids_limit: z.number(),
      mem_limit: z.string(),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
});

Deno.test("The compose file runs what the Dockerfile makes, without rights, for this machine alone", async () => {
  const compose = composeSchema.parse(parse(await Deno.readTextFile(`${ROOT}compose.yaml`)));
  const { ports, volumes, stop_grace_period: grace } = compose.services.pollux;
  assert.deepEqual(ports, [`127.0.0.1:${IMAGE.port}:${IMAGE.port}`]);
  assert.equal(IMAGE.port, configSchema.parse({}).server.port);
  const [volume = ""] = Object.keys(compose.volumes);
  assert.deepEqual(volumes, IMAGE.volumes.map((path) => `${volume}:${path}`));
  assert.ok(IMAGE.env["POLLUX_DATA_DIR"]?.startsWith(`${IMAGE.volumes[0]}/`));
  const drainMs = configSchema.parse({}).server.drain_timeout + FINAL_ERRORS_MS + LAST_WRITES_MS;
  assert.ok(Number(grace.slice(0, -1)) * 1000 > drainMs, "It is killed before its requests end");
});

Deno.test("The image is run by a user with a number, from a base without a shell", () => {
  assert.ok(IMAGE.user.uid > 0 && IMAGE.user.gid > 0);
  const [from, ...instructions] = stagesOf(DOCKERFILE).at(-1) ?? [];
  assert.match(from?.words ?? "", /^gcr\.io\/distroless\/cc-debian13:nonroot$/);
  assert.ok(instructions.every(({ name }) => name !== "RUN"));
  assert.deepEqual(IMAGE.health.slice(0, 1), IMAGE.entrypoint);
});

testUnless(
  NOT_ON_LINUX,
  "The image gets only a file of the release that is as its sum says",
  async () => {
    const script = stagesOf(DOCKERFILE)[0]?.find(({ name }) => name === "RUN")?.words ?? "";
    /** Runs the script on such files, and gives the code and the executable that it installs. */
    async function build(files: Readonly<Record<string, string>>, sums = files) {
      using folder = tempFolder();
      const place = `${folder.path}/release`;
      await Deno.mkdir(place);
      for (const [name, text] of Object.entries(files)) {
        await Deno.writeTextFile(`${place}/${name}`, text);
      }
      const lines = await Promise.all(
        Object.entries(sums).map(async ([name, text]) => {
          const bytes = new TextEncoder().encode(text);
          const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
          return `${sum}  ${name}\n`;
        }),
      );
      await Deno.writeTextFile(`${place}/SHA256SUMS`, lines.join(""));
      const { code } = await new Deno.Command("sh", {
        args: ["-c", script.replaceAll(/\/(image|volume)\//g, `${folder.path}/$1/`)],
        cwd: place,
        env: { TARGETARCH: "amd64" },
        stdout: "null",
        stderr: "null",
      }).output();
      const installed = `${folder.path}/image${IMAGE.entrypoint[0]}`;
      return { code, text: await Deno.readTextFile(installed).catch(() => undefined) };
    }
    const name = `pollux-1.0.0-${findTarget("linux-x64").name}`;
    const good = { [name]: "good", "pollux-1.0.0-linux-arm64": "other" };
    assert.deepEqual(await build(good), { code: 0, text: "good" });
    const changed = await build({ ...good, [name]: "changed" }, good);
    assert.ok(changed.code !== 0 && changed.text === undefined);
    for (const files of [{}, { "pollux-1.0.0-linux-arm64": "other" }]) {
      assert.notEqual((await build(files)).code, 0);
    }
    // Of two versions it is not clear which one is meant.
    const two = { ...good, "pollux-1.1.0-linux-x64": "newer" };
    assert.notEqual((await build(two)).code, 0);
    // A sum of another file says nothing.
    assert.notEqual((await build(good, { "pollux-1.0.0-linux-arm64": "other" })).code, 0);
  },
);

testUnless(
  lackOfContainers() ?? (EXECUTABLE === undefined ? NO_EXECUTABLE : undefined),
  "A container without rights serves from a read-only root, is healthy, and stops",
  async (t) => {
    using place = await layOut(EXECUTABLE ?? "", IMAGE);
    const [program = ""] = IMAGE.entrypoint;
    let key = "";

    await t.step("It does not start without a key, and says how to create one", async () => {
      const { code, text } = await place.run(IMAGE.command, { POLLUX_SERVER_PORT: "0" });
      assert.equal(code, 1, text);
      assert.match(text, /no key opens it\. Create one, .*pollux keys create NAME/);
      assert.notEqual((await place.run(IMAGE.health.slice(1))).code, 0);
    });

    await t.step("A key is created in the volume", async () => {
      const { code, text } = await place.run(["keys", "create", "admin", "--key-only"]);
      assert.equal(code, 0, text);
      key = /^plx_\S+$/m.exec(text)?.[0] ?? "";
      assert.notEqual(key, "");
    });

    await t.step("It serves whoever has the key, and is healthy", async () => {
      await using container = await place.start();
      const health = await container.exec(IMAGE.health);
      assert.equal(health.code, 0, health.text);
      assert.equal(await statusOf(`${container.url}/healthz`), 200);
      assert.equal(await statusOf(`${container.url}/v1beta/models`), 401);
      // There is no account.
      assert.equal(await statusOf(`${container.url}/v1beta/models`, key), 400);
      const created = await container.exec([program, "keys", "create", "ada"]);
      assert.equal(created.code, 0, created.text);

      const status = await Deno.readTextFile(`/proc/${container.pid}/status`);
      assert.match(status, new RegExp(`^Uid:(\\s${IMAGE.user.uid}){4}$`, "m"));
      assert.match(status, new RegExp(`^Gid:(\\s${IMAGE.user.gid}){4}$`, "m"));
      assert.match(status, /^NSpid:\s\d+\s1$/m, "process 1");
      assert.match(status, /^CapEff:\s0+$/m);
      assert.match(status, /^NoNewPrivs:\s1$/m);
      await assert.rejects(
        Deno.writeTextFile(`/proc/${container.pid}/root/tmp/file`, ""),
        /Read-only file system/,
      );

      container.signal("SIGTERM");
      const { code, text } = await within(LIMIT_MS, container.ended, { what: "Its end" });
      assert.equal(code, 0, text);
    });

    await t.step("A gateway that does not respond is not healthy", async () => {
      await using container = await place.start();
      assert.equal(await statusOf(`${container.url}/v1beta/models`, key), 400);
      container.signal("SIGSTOP");
      const { code } = await within(LIMIT_MS, container.exec(IMAGE.health), { what: "The check" });
      assert.notEqual(code, 0);
      container.signal("SIGCONT");
      container.signal("SIGTERM");
      assert.equal((await within(LIMIT_MS, container.ended, { what: "Its end" })).code, 0);
    });

    await t.step("With admin.remote, it shows the page, whose address it prints", async () => {
      await using container = await place.start({
        POLLUX_ADMIN_REMOTE: "true",
        POLLUX_ADMIN_KEY: "admin-key-of-this-container",
      });
      const { code, text } = await container.exec([program, "ui"]);
      assert.equal(code, 0, text);
      const printed = /^http:\S+\/ui\/#\S+$/m.exec(text)?.[0] ?? "";
      assert.ok(printed.startsWith(`${container.url}/ui/#`), text);
      assert.equal(await statusOf(`${container.url}/ui/`), 200);
    });

    await t.step("It left nothing but the volume", () => {
      for (const name of ["data", "tmp", "etc"]) {
        assert.deepEqual([...Deno.readDirSync(`${place.root}/${name}`)], [], name);
      }
    });
  },
);

async function statusOf(url: string, key?: string): Promise<number> {
  const headers: Record<string, string> = key === undefined ? {} : { "x-goog-api-key": key };
  const { status, body } = await fetch(url, { headers });
  await body?.cancel();
  return status;
}
