/** What `main.ts` prints when it fails where nobody catches it. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "../../scripts/run_flags.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { keepPrinted } from "../support/keep_printed.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PLACES: Readonly<Record<string, RegExp>> = {
  error: /TypeError at crash_preload\.ts:\d+:\d+/,
  rejection: /TypeError at crash_preload\.ts:\d+:\d+/,
  text: /no error/,
};

for (const [crash, place] of Object.entries(PLACES)) {
  Deno.test(`main.ts ends with one sentence and code 1 at an uncaught ${crash}, and shows none of it`, async () => {
    using folder = tempFolder();
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        ...RUN_FLAGS,
        "--preload=tests/cli/crash_preload.ts",
        "main.ts",
        "serve",
        "--port=0",
        `--data-dir=${folder.path}/data`,
      ],
      cwd: ROOT,
      env: { POLLUX_TEST_CRASH: crash, XDG_CONFIG_HOME: folder.path, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stderr);
    keepPrinted(said);
    assert.equal(code, 1, said);
    assert.match(
      said,
      /^Error: Pollux stops because of a bug \(.*\)\. Please report it.*\n$/,
    );
    assert.match(said, place);
    assert.doesNotMatch(said + new TextDecoder().decode(stdout), /planted|@example/);
  });
}
