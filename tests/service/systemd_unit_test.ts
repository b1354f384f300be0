import assert from "node:assert/strict";
import fc from "fast-check";
import { SYSTEM_PLACES, systemdSystemUnit } from "../../src/service/systemd_system_unit.ts";
import { systemdUserUnit } from "../../src/service/systemd_user_unit.ts";
import type { ServiceSubject } from "../../src/service/service_subject.ts";
import { ADA, posixSubject } from "../support/subjects.ts";
import {
  dump,
  exposure,
  type Manager,
  NO_SYSTEMD,
  UnitFolder,
  valuesOf,
  verify,
  wordsOf,
} from "../support/systemd.ts";
import { testUnless } from "../support/left_out.ts";

const OLD = { systemdVersion: 252 };
const SAMPLES = 150;
const HIGHEST_EXPOSURE = 2;

const ROOTS_OWN: ServiceSubject = {
  ...ADA,
  executable: "/usr/local/bin/pollux",
  configFile: SYSTEM_PLACES.configFile,
  dataDir: SYSTEM_PLACES.dataDir,
};

const WRITERS: readonly (readonly [Manager, typeof systemdUserUnit, ServiceSubject])[] = [
  ["user", systemdUserUnit, ADA],
  ["system", systemdSystemUnit, ROOTS_OWN],
];

for (const [manager, writeUnit, subject] of WRITERS) {
  testUnless(
    NO_SYSTEMD,
    `systemd finds nothing to complain about in the unit for the ${manager}`,
    async () => {
      using folder = new UnitFolder();
      const text = writeUnit({ ...subject, executable: folder.program("pollux") }, OLD);
      assert.equal(await verify(folder.write("pollux.service", text), manager), "");
      // It would, if there were something.
      const bad = folder.write("bad.service", text.replace("UMask=", "Umsk="));
      assert.match(await verify(bad, manager), /Umsk/);
    },
  );

  testUnless(
    NO_SYSTEMD,
    `systemd's exposure of the unit for the ${manager} is under 2.0`,
    async () => {
      using folder = new UnitFolder();
      const path = folder.write("pollux.service", writeUnit(subject, OLD));
      const level = await exposure(path, manager);
      assert.ok(level < HIGHEST_EXPOSURE, `${level}`);
    },
  );

  Deno.test(`The unit for the ${manager} sets the limit of open files`, () => {
    assert.match(writeUnit(subject, OLD), /^LimitNOFILE=8192$/m);
  });

  Deno.test(`The unit for the ${manager} lets waits grow only where systemd knows how`, () => {
    for (
      const [systemdVersion, knows] of [[undefined, false], [253, false], [254, true]] as const
    ) {
      const text = writeUnit(subject, { systemdVersion });
      assert.equal(/^RestartSteps=8$/m.test(text), knows, `${systemdVersion}`);
      assert.match(text, /^Restart=on-failure$/m);
      assert.match(text, /^RestartSec=\d$/m);
    }
  });

  Deno.test(`The unit for the ${manager} leaves V8 its compiler and lets calls end`, () => {
    const text = writeUnit({ ...subject, stopSeconds: 75 }, OLD);
    assert.ok(!text.includes("MemoryDenyWriteExecute"));
    assert.match(text, /^TimeoutStopSec=75$/m);
    // The colon leaves "$" alone, which a path may have.
    assert.match(text, /^ExecStart=:"/m);
    assert.match(text, /^UMask=0077$/m);
    assert.match(text, /^NoNewPrivileges=yes$/m);
    assert.match(text, /^ProtectSystem=strict$/m);
  });

  Deno.test(`The unit for the ${manager} refuses a path that systemd would refuse`, () => {
    for (const executable of ["/opt/a'b", '/opt/a"b', "/opt/a\\b"]) {
      assert.throws(
        () => writeUnit({ ...subject, executable }, OLD),
        /quotes or backslashes: move/,
      );
    }
    for (const masterKeyFile of ["/keys/a ", "/keys/a\\"]) {
      assert.throws(() => writeUnit({ ...subject, masterKeyFile }, OLD), /ends like this: move/);
    }
  });
}

testUnless(
  NO_SYSTEMD,
  "systemd reads back every path of a user's unit as it was meant",
  async () => {
    using folder = new UnitFolder();
    const subjects = new Map(
      fc.sample(posixSubject.filter(({ executable }) => !/["'\\]/.test(executable)), {
        numRuns: SAMPLES,
        seed: 5,
      }).map((subject, index) => [`sample-${index}.service`, subject]),
    );
    for (const [name, subject] of subjects) folder.write(name, systemdUserUnit(subject, OLD));
    const units = await dump(folder, { names: [...subjects.keys()], manager: "user" });
    for (const [name, subject] of subjects) {
      const { executable, configFile, dataDir, stopSeconds } = subject;
      const lines = units.get(name);
      const [command = ""] = valuesOf(lines, "Command Line");
      assert.deepEqual(
        wordsOf(command),
        [executable, "serve", "--config", configFile, "--data-dir", dataDir],
        command,
      );
      assert.deepEqual(valuesOf(lines, "BindPaths"), [`${dataDir}:${dataDir}:rbind`]);
      const configDir = configFile.replace(/\/config\.yaml$/, "");
      assert.deepEqual(
        valuesOf(lines, "BindReadOnlyPaths"),
        [executable, configDir].map((path) => `${path}:${path}:rbind`),
      );
      assert.equal(
        valuesOf(lines, "TimeoutStopSec")[0],
        [
          [stopSeconds / 3600, "h"],
          [stopSeconds / 60 % 60, "min"],
          [stopSeconds % 60, "s"],
        ].map(([count, unit]) => [Math.floor(Number(count)), unit])
          .filter(([count]) => count !== 0).map((part) => part.join("")).join(" "),
      );
    }
  },
);

testUnless(NO_SYSTEMD, "systemd reads back the restrictions of the system's unit", async () => {
  using folder = new UnitFolder();
  folder.write("pollux.service", systemdSystemUnit(ROOTS_OWN, OLD));
  const units = await dump(folder, { names: ["pollux.service"], manager: "system" });
  const lines = units.get("pollux.service");
  const wanted = {
    DynamicUser: "yes",
    User: "pollux",
    StateDirectoryMode: "0700",
    UMask: "0077",
    ProtectSystem: "strict",
    ProtectHome: "yes",
    MemoryDenyWriteExecute: "no",
    Restart: "on-failure",
    EnvironmentFile: `-${SYSTEM_PLACES.environmentFile}`,
  };
  for (const [key, value] of Object.entries(wanted)) {
    assert.deepEqual(valuesOf(lines, key), [value], key);
  }
});

Deno.test("systemdUserUnit() binds what the service needs, and loads a key that is kept elsewhere", () => {
  const text = systemdUserUnit({ ...ADA, masterKeyFile: "/media/100% ada/key" }, OLD);
  assert.match(text, /^ProtectHome=tmpfs$/m);
  assert.match(text, /^BindPaths="\/home\/ada\/.local\/share\/pollux"$/m);
  assert.match(text, /^LoadCredential=pollux-master-key:\/media\/100%% ada\/key$/m);
  // Without a path, a missing key is no failure: then it is in the data folder.
  assert.match(systemdUserUnit(ADA, OLD), /^LoadCredential=pollux-master-key$/m);
  const within = systemdUserUnit({ ...ADA, configFile: `${ADA.dataDir}/config.yaml` }, OLD);
  assert.match(within, /^BindReadOnlyPaths="\/home\/ada\/.local\/bin\/pollux"$/m);
});

Deno.test("systemdSystemUnit() refuses what lies in a home folder, which it hides", () => {
  for (const path of ["/home/ada/bin/pollux", "/root/pollux", "/run/user/1000/pollux"]) {
    for (const key of ["executable", "configFile"]) {
      assert.throws(
        () => systemdSystemUnit({ ...ROOTS_OWN, [key]: path }, OLD),
        new RegExp(`cannot see "${path}": move it`),
      );
    }
  }
});

Deno.test("systemdSystemUnit() runs as nobody in particular and is handed its key", () => {
  const text = systemdSystemUnit(ROOTS_OWN, OLD);
  for (
    const line of [
      "DynamicUser=yes",
      "StateDirectory=pollux",
      "StateDirectoryMode=0700",
      "LoadCredential=pollux-master-key:/etc/credstore/pollux-master-key",
    ]
  ) {
    assert.ok(text.split("\n").includes(line), line);
  }
});
