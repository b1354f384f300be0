/**
 * `deno task test [PATH…] [--filter NAME]`: every test, or those asked for. Arguments are handed to
 * `deno test`. Ends with a line `N passed, N failed`. With `CI=true` the lock file is frozen, and a
 * test that was ignored counts as failed.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { tallyJunit } from "./junit.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  const ci = Deno.env.get("CI") === "true";
  const report = await Deno.makeTempFile({ prefix: "pollux-test-", suffix: ".xml" });
  try {
    if (Deno.args.length === 0 || Deno.args.some((arg) => arg.includes("conformance"))) {
      await prepareClients();
    }
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--allow-all",
        "--v8-flags=--expose-gc",
        ...(ci ? ["--frozen"] : []),
        `--junit-path=${report}`,
        ...Deno.args,
      ],
      cwd: ROOT,
      stdin: "null",
    }).spawn().status;
    const { passed, failed, ignored } = tallyJunit(await Deno.readTextFile(report));
    for (const name of ignored) console.log(`ignored: ${name}`);
    const counted = failed + (ci ? ignored.length : 0);
    // A file that cannot be loaded fails the run without failing a test.
    const failures = counted === 0 && !success ? 1 : counted;
    console.log(`${passed} passed, ${failures} failed`);
    return failures === 0 ? 0 : 1;
  } finally {
    await Deno.remove(report);
  }
}

Deno.exit(await main());
