/**
 * How Pollux is run: the flags of the `pollux` task in deno.json, permissions above all. The
 * executable, the benchmark and the end-to-end tests take them from there as well.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };

/** What stands between `deno run` and `main.ts`; `deno compile` takes the same. */
export const RUN_FLAGS: readonly string[] = manifest.tasks.pollux
  .split(" ")
  .filter((word) => word.startsWith("--"));
