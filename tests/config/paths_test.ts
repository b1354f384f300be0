import assert from "node:assert/strict";
import {
  configFile,
  dataDir,
  type PathOptions,
  requiredConfigFile,
} from "../../src/config/paths.ts";

function on(os: PathOptions["os"], variables: Record<string, string>): PathOptions {
  return { os, env: (name) => variables[name] };
}

const LINUX = on("linux", { HOME: "/home/ada" });
const MAC = on("darwin", { HOME: "/Users/ada", XDG_DATA_HOME: "/x", XDG_CONFIG_HOME: "/x" });
const WINDOWS = on("windows", { LOCALAPPDATA: "C:\\Ada\\Local", APPDATA: "C:\\Ada\\Roaming" });

Deno.test("dataDir() takes the flag before POLLUX_DATA_DIR before the OS's own place", () => {
  const options = on("linux", { HOME: "/home/ada", POLLUX_DATA_DIR: "/var/pollux" });
  assert.equal(dataDir("here", options), "here");
  assert.equal(dataDir(undefined, options), "/var/pollux");
  assert.equal(dataDir(undefined, LINUX), "/home/ada/.local/share/pollux");
});

Deno.test("dataDir() knows each OS's own place", () => {
  assert.equal(dataDir(undefined, MAC), "/Users/ada/Library/Application Support/pollux");
  assert.equal(dataDir(undefined, WINDOWS), "C:\\Ada\\Local\\pollux");
  const xdg = on("linux", { HOME: "/home/ada", XDG_DATA_HOME: "/data" });
  assert.equal(dataDir(undefined, xdg), "/data/pollux");
});

Deno.test("dataDir() ignores an XDG variable that is relative or empty", () => {
  for (const XDG_DATA_HOME of ["data", ""]) {
    const options = on("linux", { HOME: "/home/ada", XDG_DATA_HOME, POLLUX_DATA_DIR: "" });
    assert.equal(dataDir(undefined, options), "/home/ada/.local/share/pollux");
  }
});

Deno.test("dataDir() says which variable is missing and what to do", () => {
  assert.throws(() => dataDir(undefined, on("linux", {})), /"HOME" is not set.*--data-dir/);
  assert.throws(() => dataDir(undefined, on("windows", {})), /"LOCALAPPDATA".*--data-dir/);
});

Deno.test("configFile() takes the flag, else the OS's own place", () => {
  assert.equal(configFile("my.yaml", LINUX), "my.yaml");
  assert.equal(configFile(undefined, LINUX), "/home/ada/.config/pollux/config.yaml");
  assert.equal(
    configFile(undefined, on("linux", { XDG_CONFIG_HOME: "/etc/ada" })),
    "/etc/ada/pollux/config.yaml",
  );
  assert.equal(
    configFile(undefined, MAC),
    "/Users/ada/Library/Application Support/pollux/config.yaml",
  );
  assert.equal(configFile(undefined, WINDOWS), "C:\\Ada\\Roaming\\pollux\\config.yaml");
});

Deno.test("configFile() is none where the environment names no home", () => {
  for (const os of ["linux", "darwin", "windows"] as const) {
    for (const none of [{}, { HOME: "", APPDATA: "" }]) {
      assert.equal(configFile(undefined, on(os, none)), undefined);
      assert.equal(configFile("my.yaml", on(os, none)), "my.yaml");
    }
  }
  assert.throws(
    () => requiredConfigFile(undefined, on("linux", {})),
    /"HOME" is not set.*--config/,
  );
  assert.throws(() => requiredConfigFile(undefined, on("windows", {})), /"APPDATA".*--config/);
});
