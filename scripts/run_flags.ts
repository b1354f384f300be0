/**
 * The flags of the `pollux` task in deno.json, mainly permissions. The executable, the benchmark and
 * the end-to-end tests use the same flags.
 *
 * @module
 */
import manifest from "../deno.json" with { type: "json" };

/** The flags between `deno run` and `main.ts`; `deno compile` takes the same. */
export const RUN_FLAGS: readonly string[] = manifest.tasks.pollux
  .split(" ")
  .filter((word) => word.startsWith("--"));
