import assert from "node:assert/strict";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import {
  isSayable,
  type ServiceScope,
  type ServiceSubject,
} from "../../src/service/service_subject.ts";
import { windowsArguments } from "../../src/service/windows_arguments.ts";
import { windowsTask } from "../../src/service/windows_task.ts";

const ADA: ServiceSubject = {
  executable: "C:\\Program Files\\Pollux\\pollux.exe",
  configFile: "C:\\Users\\Ada & Bob\\AppData\\Roaming\\pollux\\config.yaml",
  dataDir: "C:\\Users\\Ada & Bob\\AppData\\Local\\pollux",
  masterKeyFile: undefined,
  stopSeconds: 45,
};

const parser = new XMLParser({
  ignoreAttributes: false,
  trimValues: false,
  parseTagValue: false,
  ignoreDeclaration: true,
});

function read(subject: ServiceSubject, scope: ServiceScope) {
  return parser.parse(windowsTask(subject, { scope, userName: "HOME\\ada" })).Task;
}

/** Splits a command line by the rules of Microsoft's C runtime, character by character. */
function split(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let inQuotes = false;
  for (let at = 0; at < line.length;) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    at += slashes;
    const isQuote = line[at] === '"';
    if (slashes > 0) word = (word ?? "") + "\\".repeat(isQuote ? Math.floor(slashes / 2) : slashes);
    if (isQuote && slashes % 2 === 1) {
      word += '"';
      at++;
    } else if (isQuote) {
      inQuotes = !inQuotes;
      word ??= "";
      at++;
    } else if (slashes === 0) {
      const character = line[at++] ?? "";
      if (!inQuotes && (character === " " || character === "\t")) {
        if (word !== undefined) words.push(word);
        word = undefined;
      } else word = (word ?? "") + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

Deno.test("windowsArguments() joins arguments so that they come apart again", () => {
  const argument = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(...'\\" a\t&^') }),
  ).filter((text) => !/[\n\r]/.test(text));
  fc.assert(fc.property(fc.array(argument), (args) => {
    assert.deepEqual(split(windowsArguments(args)), args);
  }));
});

Deno.test("windowsTask() starts at the logon of that user, without privileges", () => {
  const task = read(ADA, "user");
  assert.equal(task["@_xmlns"], "http://schemas.microsoft.com/windows/2004/02/mit/task");
  assert.equal(task.Triggers.LogonTrigger.UserId, "HOME\\ada");
  assert.equal(task.Triggers.BootTrigger, undefined);
  const { Principal } = task.Principals;
  assert.equal(Principal["@_id"], "Author");
  assert.equal(Principal.UserId, "HOME\\ada");
  assert.equal(Principal.LogonType, "InteractiveToken");
  assert.equal(Principal.RunLevel, "LeastPrivilege");
  assert.equal(task.Actions["@_Context"], "Author");
});

Deno.test("windowsTask() for the system starts with the machine, as the same user", () => {
  const task = read(ADA, "system");
  assert.ok("BootTrigger" in task.Triggers && !("LogonTrigger" in task.Triggers));
  assert.equal(task.Principals.Principal.LogonType, "S4U");
  assert.equal(task.Principals.Principal.RunLevel, "LeastPrivilege");
});

Deno.test("windowsTask() starts it again after a failure, once at a time, without a time limit", () => {
  const { Settings, Triggers } = read(ADA, "user");
  assert.equal(Settings.RestartOnFailure.Interval, "PT1M");
  assert.equal(Settings.RestartOnFailure.Count, "999");
  assert.equal(Triggers.LogonTrigger.Repetition.Interval, "PT5M");
  assert.equal(Settings.MultipleInstancesPolicy, "IgnoreNew");
  assert.equal(Settings.ExecutionTimeLimit, "PT0S");
  assert.equal(Settings.Hidden, "true");
  assert.equal(Settings.StopIfGoingOnBatteries, "false");
});

Deno.test("windowsTask() says every path so that it reads back the same", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((text) => isSayable(text) && !/[<>:"/\\|?*%]|\$\(/.test(text) && /\S$/.test(text));
  fc.assert(fc.property(name, name, name, (program, config, data) => {
    const subject = {
      ...ADA,
      executable: `C:\\${program}.exe`,
      configFile: `C:\\${config}`,
      dataDir: `C:\\${data}\\`,
    };
    const { Command, Arguments } = read(subject, "user").Actions.Exec;
    assert.equal(Command, subject.executable);
    assert.deepEqual(
      split(Arguments),
      ["serve", "--config", subject.configFile, "--data-dir", subject.dataDir],
    );
  }));
});

Deno.test("windowsTask() refuses paths in which the Task Scheduler would see variables", () => {
  for (const dataDir of ["C:\\100%", "C:\\%USERNAME%", "C:\\$(Arg0)"]) {
    assert.throws(() => read({ ...ADA, dataDir }, "user"), /beginning of a variable: rename/);
  }
});
