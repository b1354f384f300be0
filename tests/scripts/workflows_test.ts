/**
 * The workflows of GitHub Actions keep to what makes a release trustworthy: they run code that is
 * pinned, may do little, and are safe to run on a stranger's pull request.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "yaml";
import * as z from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { TARGETS } from "../../scripts/build/targets.ts";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

const permissionsSchema = z.record(z.string(), z.enum(["read", "write", "none"]));

const stepSchema = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});

const jobSchema = z.looseObject({
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  permissions: permissionsSchema,
  needs: z.string().optional(),
  strategy: z.looseObject({ matrix: z.record(z.string(), z.unknown()) }).optional(),
  steps: z.array(stepSchema),
});

const workflowSchema = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: permissionsSchema,
  jobs: z.record(z.string(), jobSchema),
});

interface Workflow extends z.infer<typeof workflowSchema> {
  readonly name: string;
  readonly text: string;
}

function readWorkflows(): Workflow[] {
  return [...Deno.readDirSync(FOLDER)].map(({ name }) => {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    return { ...workflowSchema.parse(parse(text)), name, text };
  });
}

function readWorkflow(name: string): Workflow {
  const workflow = readWorkflows().find((workflow) => workflow.name === name);
  assert.ok(workflow !== undefined, `There is no ${name}`);
  return workflow;
}

function stepsOf(workflow: Workflow): z.infer<typeof stepSchema>[] {
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}

for (const workflow of readWorkflows()) {
  const { name, text } = workflow;

  Deno.test(`${name} pins every action to a commit, and says which version that is`, () => {
    const lines = text.split("\n").filter((line) => /\buses:/.test(line));
    assert.equal(lines.length, stepsOf(workflow).filter(({ uses }) => uses !== undefined).length);
    for (const line of lines) {
      assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  Deno.test(`${name} gives a job no right that it does not name`, () => {
    assert.deepEqual(workflow.permissions, {});
    for (const { permissions } of Object.values(workflow.jobs)) {
      assert.ok(Object.keys(permissions).length > 0);
    }
  });

  Deno.test(`${name} leaves no token in the checkout`, () => {
    for (const step of stepsOf(workflow)) {
      if (!step.uses?.startsWith("actions/checkout@")) continue;
      assert.equal(step.with?.["persist-credentials"], false);
    }
  });

  Deno.test(`${name} puts nothing that a stranger wrote into a shell`, () => {
    for (const { run } of stepsOf(workflow)) assert.ok(!run?.includes("${{"), run);
    assert.ok(!("pull_request_target" in workflow.on));
    assert.ok(!("workflow_run" in workflow.on));
  });

  Deno.test(`${name} uses no secret that somebody has to keep`, () => {
    assert.doesNotMatch(text, /\bsecrets\b/);
  });
}

Deno.test("Workflows pin one action to one commit", () => {
  const pins = new Map<string, Set<string>>();
  for (const { text } of readWorkflows()) {
    for (const [, action = "", pin = ""] of text.matchAll(/uses: ([\w/-]+)@(.*)$/gm)) {
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
  }
  for (const [action, commits] of pins) assert.equal(commits.size, 1, action);
});

Deno.test("Workflows that run on pull requests may only read, and get no token", () => {
  const open = readWorkflows().filter((workflow) => "pull_request" in workflow.on);
  assert.deepEqual(open.map(({ name }) => name), ["ci.yml"]);
  for (const { jobs, text } of open) {
    assert.doesNotMatch(text, /github\.token|GITHUB_TOKEN/);
    for (const { permissions } of Object.values(jobs)) {
      assert.deepEqual(permissions, { contents: "read" });
    }
  }
});

Deno.test("ci.yml keeps the screenshots of the page, also of a run that failed", () => {
  const { steps = [] } = readWorkflow("ci.yml").jobs["whole"] ?? {};
  const upload = steps.find((step) => step.with?.["path"] === "dist/screenshots");
  assert.match(upload?.uses ?? "", /^actions\/upload-artifact@/);
  assert.equal(upload?.["if"], "always()");
  assert.ok(steps.indexOf(upload ?? {}) > steps.findIndex(({ run }) => run === ".ci/run"));
});

Deno.test("release.yml runs for a tag and tests each target before it signs and publishes", () => {
  const { on, jobs } = readWorkflow("release.yml");
  assert.deepEqual(on, { push: { tags: ["v*"] } });
  assert.deepEqual(Object.entries(jobs).map(([name, { needs }]) => [name, needs]), [
    ["build", undefined],
    ["test", "build"],
    ["publish", "test"],
  ]);
  const { include } = z.object({ include: z.array(z.looseObject({ target: z.string() })) })
    .parse(jobs.test?.strategy?.matrix);
  assert.deepEqual(
    include.map(({ target }) => target),
    TARGETS.map(({ name, extension }) => name + extension),
  );
  const writers = Object.entries(jobs)
    .filter(([, { permissions }]) => Object.values(permissions).includes("write"));
  assert.deepEqual(writers.map(([name, { permissions }]) => [name, permissions]), [
    ["publish", { contents: "write", "id-token": "write", attestations: "write" }],
  ]);
  // The job that may write runs nothing of the repository.
  const steps = jobs.publish?.steps ?? [];
  assert.ok(!steps.some(({ uses }) => uses?.startsWith("actions/checkout@")));
  const at = (wanted: RegExp) =>
    steps.findIndex(({ uses, run }) => wanted.test(`${uses ?? ""}\n${run ?? ""}`));
  const order = [
    /download-artifact@/,
    /sha256sum --check/,
    /attest-build-provenance@/,
    /gh release/,
  ]
    .map(at);
  assert.deepEqual(order, [0, 1, 2, 3]);
  assert.equal(steps[2]?.with?.["subject-path"], "dist/release/*");
});

Deno.test("Both workflows use the Deno that README names, and tasks that there are", () => {
  for (const workflow of readWorkflows()) {
    for (const step of stepsOf(workflow)) {
      if (!step.uses?.startsWith("denoland/setup-deno@")) continue;
      assert.equal(step.with?.["deno-version"], "2.9.6");
    }
    for (const [, task = ""] of workflow.text.matchAll(/deno task (\w+)/g)) {
      assert.ok(task in manifest.tasks, task);
    }
  }
});

Deno.test("ci.yml runs everything on Linux, and the executable on macOS and Windows", () => {
  const { jobs } = readWorkflow("ci.yml");
  assert.ok(jobs.whole?.steps.some(({ run }) => run === ".ci/run"));
  assert.match(jobs.whole?.["runs-on"] ?? "", /^ubuntu-/);
  const { runner } = z.object({ runner: z.array(z.string()) })
    .parse(jobs.executable?.strategy?.matrix);
  assert.deepEqual(runner.map((name) => name.split("-")[0]), ["macos", "windows"]);
});
