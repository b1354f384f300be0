/**
 * Counting how many files can be open, in processes of their own with limits of their own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { leaveOut, ON_WINDOWS, testUnless } from "../support/left_out.ts";

/** Counts, and tells what was found at each turn that others got meanwhile. */
const SCRIPT = `
import { openFileLimit } from ${
  JSON.stringify(import.meta.resolve("../../src/daemon/open_file_limit.ts"))
};
let isCounting = true;
let turns = 0;
let failures = 0;
function look() {
  if (!isCounting) return;
  turns++;
  try {
    Deno.openSync("/dev/null").close();
  } catch {
    failures++;
  }
  setTimeout(look);
}
setTimeout(look);
const limit = await openFileLimit();
isCounting = false;
// All are closed again: the second count finds as many.
console.log(JSON.stringify({ limit, again: await openFileLimit(), turns, failures }));
`;

interface Count {
  readonly limit?: number;
  readonly again?: number;
  readonly turns: number;
  readonly failures: number;
}

/** Counts where `ulimit -n` is as given; undefined where it cannot be that high. */
async function countWith(limit: number): Promise<Count | undefined> {
  const deno = [Deno.execPath(), "run", "--allow-read", "--allow-write", "--no-check", "-"];
  const command = new Deno.Command("sh", {
    args: ["-c", `ulimit -n ${limit} || exit 9; exec "$@"`, "sh", ...deno],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(SCRIPT)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  if (code === 9) return undefined;
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const limit of [200, 2000, 8000]) {
  testUnless(
    ON_WINDOWS,
    `openFileLimit() counts up to 4,096 while others go on, with a limit of ${limit}`,
    async () => {
      const count = await countWith(limit);
      if (count === undefined) {
        const reason = `"ulimit -n ${limit}" is not allowed`;
        return leaveOut(`openFileLimit() with a limit of ${limit}`, { reason, isExcused: true });
      }
      assert.equal(count.failures, 0, "a descriptor was free at each turn");
      assert.equal(count.limit, count.again);
      if (limit > 4200) assert.equal(count.limit, undefined);
      else assert.ok(count.limit && count.limit > limit - 100 && count.limit <= limit);
      // So many slices were opened at the least.
      assert.ok(count.turns >= Math.floor(Math.min(limit, 4096) / 256), `${count.turns} turns`);
    },
  );
}
