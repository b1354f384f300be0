/**
 * Completion: what is suggested, and the scripts in the shells themselves, at a terminal.
 *
 * @module
 */
import assert from "node:assert/strict";
import { polluxCommand } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { noProgram, noTerminal, runAtTerminal } from "../../support/pty.ts";
import { runAs } from "../../support/fake_terminal.ts";
import { testUnless } from "../../support/left_out.ts";

/** What is suggested where the last of the words stands. */
async function suggested(...words: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await runAs({}, [
    ...["complete-words", "--", `=${words.at(-1) ?? ""}`],
    ...words.slice(0, -1),
  ]);
  assert.equal(code, 0);
  return out === "" ? [] : out.split("\n").map((line) => line.split("\t")[0] ?? "");
}

Deno.test("complete-words suggests commands, options, choices and files, as the place asks for", async () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [["acc"], ["accounts"]],
    [["accounts", "re"], ["remove", "reseal"]],
    [["accounts", "add", ""], ["gemini-api", "vertex", "code-assist", "help"]],
    [["accounts", "add", "gemini-api", "--k"], ["--key-env", "--key-file", "--key-stdin"]],
    [["accounts", "add", "gemini-api", "home", "--key-file", ""], [":files"]],
    [["accounts", "list", "--data-dir", ""], [":folders"]],
    [["accounts", "list", "--data-dir", "accounts", "--js"], ["--json"]],
    [["accounts", "export", ""], [":files"]],
    [["accounts", "show", ""], []],
    [["completion", ""], ["bash", "zsh", "fish", "powershell"]],
    [["completion", "f"], ["fish"]],
    [["--po"], ["--port"]],
    [["--port", ""], []],
    [["nonsense", "--x"], []],
    [["accounts", "nonsense", ""], []],
    [["serve", "--config", ""], [":files"]],
  ];
  for (const [words, expected] of cases) {
    assert.deepEqual(await suggested(...words), expected, words.join(" "));
  }
});

Deno.test("complete-words suggests the names of accounts that are there", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const env = { POLLUX_DATA_DIR: dataDir, HOME: folder.path };
  async function names(...words: readonly string[]): Promise<string> {
    const before = words.slice(0, -1);
    const { out, err } = await runAs({ env }, [
      ...["complete-words", "--", `=${words.at(-1)}`],
      ...before,
    ]);
    assert.equal(err, "");
    return out.replaceAll("\t", "").replaceAll("\n", " ");
  }
  assert.equal(await names("accounts", "show", ""), "");
  // Nothing is made by looking.
  assert.throws(() => Deno.statSync(dataDir), Deno.errors.NotFound);

  for (const name of ["home", "team-1", "team-2"]) {
    await runAs({ env, input: "planted-key\n" }, [
      ...["accounts", "add", "gemini-api", name, "--key-stdin"],
    ]);
  }
  assert.equal(await names("accounts", "show", ""), "home team-1 team-2");
  // Behind an option that takes no value it is still an account that is to stand there.
  assert.equal(await names("accounts", "show", "--json", ""), "home team-1 team-2");
  assert.equal(await names("accounts", "edit", "t"), "team-1 team-2");
  assert.equal(await names("accounts", "disable", "team-1", "t"), "team-2");
  assert.equal(await names("accounts", "enable", "home", "team-1", ""), "team-2");
  assert.equal(await names("accounts", "show", "home", ""), "");
  assert.equal(await names("accounts", "add", "gemini-api", ""), "");
  assert.equal(await names("accounts", "show", "--data-dir", "/nowhere", ""), "");
});

Deno.test("complete-words suggests the names of client keys that are there", async () => {
  using folder = tempFolder();
  const env = { POLLUX_DATA_DIR: `${folder.path}/data`, HOME: folder.path };
  async function names(...words: readonly string[]): Promise<string> {
    const before = words.slice(0, -1);
    const { out } = await runAs({ env }, ["complete-words", "--", `=${words.at(-1)}`, ...before]);
    return out.replaceAll("\t", "").replaceAll("\n", " ");
  }
  assert.equal(await names("keys", "show", ""), "");
  for (const name of ["ada", "team-1", "team-2"]) {
    assert.equal((await runAs({ env }, ["keys", "create", name])).code, 0);
  }
  const account = ["accounts", "add", "gemini-api", "home", "--key-stdin"];
  await runAs({ env, input: "planted-key\n" }, account);
  for (const verb of ["show", "edit", "disable", "enable", "rotate", "remove"]) {
    assert.equal(await names("keys", verb, ""), "ada team-1 team-2", verb);
    assert.equal(await names("keys", verb, "te"), "team-1 team-2", verb);
  }
  assert.equal(await names("keys", "remove", "team-1", "t"), "team-2");
  assert.equal(await names("keys", "show", "ada", ""), "");
  assert.equal(await names("keys", "create", ""), "");
  assert.equal(await names("usage", "--key", "a"), "ada");
  assert.equal(await names("keys", "create", "bob", "--accounts", ""), "home");
  // What is removed is not suggested any more, and what is renamed by its new name.
  await runAs({ env }, ["keys", "remove", "ada", "--yes"]);
  await runAs({ env }, ["keys", "edit", "team-1", "--name", "eve"]);
  assert.equal(await names("keys", "show", ""), "eve team-2");
});

Deno.test("Every command that is suggested has a help that says what it takes and gives", async () => {
  let leaves = 0;
  async function visit(path: readonly string[]): Promise<void> {
    const subs = (await suggested(...path, "")).filter((word) => /^[a-z][a-z-]*$/.test(word));
    const { out } = await runAs({}, [...path, "--help"]);
    if (!subs.includes("help")) {
      leaves += 1;
      for (const part of [/^Output:\n {2}\S/m, /^Examples:\n {2}.*pollux /m]) {
        assert.match(out, part, `Hand "${path.join(" ")}" to withHelp()`);
      }
      const [, takes = ""] = /^Arguments:\n((?: .*\n)+)/m.exec(out) ?? [];
      for (const line of takes.split("\n")) assert.doesNotMatch(line, /^ {2}\S+$/, path.join(" "));
    }
    for (const line of out.split("\n").filter((line) => !line.includes("://"))) {
      assert.ok(line.length <= 80, `${path.join(" ")}: ${line}`);
    }
    if (!subs.includes("help")) return;
    for (const sub of subs) if (sub !== "help") await visit([...path, sub]);
  }
  await visit([]);
  assert.ok(leaves >= 15, String(leaves));
});

/** A shell with nobody's settings, and the line that loads the script. */
const SHELLS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly load: string }>
> = {
  bash: { args: ["--noprofile", "--norc", "-i"], load: "source <(pollux completion bash)" },
  zsh: {
    args: ["-f", "-i"],
    load: "autoload -U compinit; compinit -D -u; source <(pollux completion zsh)",
  },
  fish: {
    args: [
      "--no-config",
      "-i",
      "-C",
      "function fish_prompt; echo -n '> '; end; function fish_title; end",
    ],
    load: "pollux completion fish | source",
  },
};

async function pathOf(program: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

/** Types the lines into a shell that has loaded the script; gives all that the terminal received. */
async function typeInto(
  shell: string,
  { folder, lines }: { readonly folder: string; readonly lines: readonly string[] },
): Promise<string> {
  const { args = [], load = "" } = SHELLS[shell] ?? {};
  const pollux = polluxCommand([], { dataDir: `${folder}/data` });
  const words = [pollux.program, ...pollux.args].map((word) => `'${word}'`).join(" ");
  // Deno keeps its packages in the real home; the shell gets another.
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/bin/pollux`,
    `#!/bin/sh\nHOME='${pollux.env["HOME"]}' exec ${words} "$@"\n`,
    {
      mode: 0o755,
    },
  );
  // The shell is busy until a line's mark, made of two parts so that its echo is none, is printed.
  const typed = [load, ...lines];
  const { received } = await runAtTerminal({
    program: await pathOf(shell),
    args,
    env: {
      ...pollux.env,
      HOME: folder,
      PATH: `${folder}/bin:${pollux.env["PATH"]}`,
      TERM: "xterm",
      PS1: "> ",
    },
    cwd: `${folder}/handed-in`,
    steps: [
      { await: "> ", send: `${typed[0]}; echo mark"-"0\r` },
      ...typed.slice(1).map((line, index) => ({
        await: `mark-${index}`,
        send: `${line}; echo mark"-"${index + 1}\r`,
      })),
      { await: `mark-${typed.length - 1}`, send: "exit\r" },
    ],
  });
  return received;
}

const NO_TERMINAL = await noTerminal();

for (const shell of Object.keys(SHELLS)) {
  const lack = NO_TERMINAL ?? await noProgram(shell);
  const title = `${shell} completes commands, options and files once it has loaded its script`;
  testUnless(lack, title, async () => {
    using folder = tempFolder();
    handIn(folder.path, { name: "settings-of-mine.yaml", text: "broken: [" });
    const received = await typeInto(shell, {
      folder: folder.path,
      lines: [
        "pollux acc\tli\t--js\t",
        "pollux serve --config sett\t",
        // What is typed is handed on as it is: to complete a word must not run what it says.
        'pollux accounts show "$(touch made-by-completion)" --js\t\x15true',
      ],
    });
    assert.match(received, /\[\]\r\nmark-1/, received);
    assert.match(received, /"[^"]*settings-of-mine\.yaml"/, received);
    const names = [...Deno.readDirSync(`${folder.path}/handed-in`)].map(({ name }) => name);
    assert.deepEqual(names, ["settings-of-mine.yaml"]);
  });
}

Deno.test("completion prints a script for PowerShell that registers itself", async () => {
  const { code, out } = await runAs({}, ["completion", "powershell"]);
  assert.equal(code, 0);
  assert.match(out, /^Register-ArgumentCompleter -Native -CommandName pollux -ScriptBlock \{$/m);
  assert.match(out, /-split "`t", 2/);
});
