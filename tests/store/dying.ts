/**
 * A process that dies of a `kill -9` of its own after a number of its steps: writes to the database,
 * and renames and removals of files.
 *
 * @module
 */

/** Counts the steps from now on. */
export function dieAfter(steps: number): void {
  let left = steps;
  function step(): void {
    if (left-- === 0) Deno.kill(Deno.pid, "SIGKILL");
  }
  const { renameSync, removeSync } = Deno;
  const { prototype } = Deno.AtomicOperation;
  const { commit } = prototype;
  prototype.commit = function (this: Deno.AtomicOperation) {
    step();
    return commit.call(this);
  };
  Deno.renameSync = (...args) => {
    step();
    renameSync(...args);
  };
  Deno.removeSync = (...args) => {
    step();
    removeSync(...args);
  };
}
