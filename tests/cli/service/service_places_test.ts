import assert from "node:assert/strict";
import { serviceCommands } from "../../../src/cli/service/service_commands.ts";
import { type PlaceOptions, servicePlaces } from "../../../src/cli/service/service_places.ts";

const NO_FLAGS = { config: undefined, dataDir: undefined, workingFolder: "/work" };
const LINUX = { HOME: "/home/ada" };
const MAC = { HOME: "/Users/ada", USER: "ada" };
const WINDOWS = {
  APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
  LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
  USERDOMAIN: "HOME",
  USERNAME: "ada",
};

function placesOn(
  system: PlaceOptions["system"],
  scope: PlaceOptions["scope"],
  options: Partial<PlaceOptions> & { readonly variables: Readonly<Record<string, string>> },
) {
  const { variables, ...rest } = options;
  return servicePlaces({ ...NO_FLAGS, system, scope, env: (name) => variables[name], ...rest });
}

Deno.test("servicePlaces() of a user on Linux are those of the user's other commands", () => {
  assert.deepEqual(placesOn("linux", "user", { variables: LINUX }), {
    definition: "/home/ada/.config/systemd/user/pollux.service",
    configFile: "/home/ada/.config/pollux/config.yaml",
    dataDir: "/home/ada/.local/share/pollux",
    masterKeyFile: undefined,
    logFile: undefined,
    userName: undefined,
  });
  const variables = {
    ...LINUX,
    XDG_CONFIG_HOME: "/xdg/config",
    XDG_DATA_HOME: "/xdg/data",
    POLLUX_MASTER_KEY_FILE: "keys/key",
  };
  const moved = placesOn("linux", "user", { variables, config: "my.yaml", dataDir: "../data" });
  assert.equal(moved.definition, "/xdg/config/systemd/user/pollux.service");
  assert.equal(moved.configFile, "/work/my.yaml");
  assert.equal(moved.dataDir, "/data");
  assert.equal(moved.masterKeyFile, "/work/keys/key");
});

Deno.test("servicePlaces() of the system on Linux are the system's", () => {
  assert.deepEqual(placesOn("linux", "system", { variables: LINUX }), {
    definition: "/etc/systemd/system/pollux.service",
    configFile: "/etc/pollux/config.yaml",
    dataDir: "/var/lib/pollux",
    masterKeyFile: "/etc/credstore/pollux-master-key",
    logFile: undefined,
    userName: undefined,
  });
  assert.throws(
    () => placesOn("linux", "system", { variables: LINUX, dataDir: "/srv" }),
    /which systemd creates; leave out --data-dir/,
  );
});

Deno.test("servicePlaces() of macOS give a daemon the user who called sudo, and an agent none", () => {
  const agent = placesOn("macos", "user", { variables: MAC });
  assert.deepEqual(agent, {
    definition: "/Users/ada/Library/LaunchAgents/pollux.gateway.plist",
    configFile: "/Users/ada/Library/Application Support/pollux/config.yaml",
    dataDir: "/Users/ada/Library/Application Support/pollux",
    masterKeyFile: undefined,
    logFile: "/Users/ada/Library/Logs/pollux.log",
    userName: undefined,
  });
  for (const HOME of ["/Users/ada", "/var/root"]) {
    const variables = { HOME, USER: "root", SUDO_USER: "ada" };
    assert.deepEqual(placesOn("macos", "system", { variables }), {
      ...agent,
      definition: "/Library/LaunchDaemons/pollux.gateway.plist",
      userName: "ada",
    });
  }
  assert.throws(
    () => placesOn("macos", "system", { variables: { HOME: "/var/root", USER: "root" } }),
    /must run as a user, not as root: run this with sudo/,
  );
});

Deno.test("servicePlaces() of Windows name the user in full", () => {
  for (const scope of ["user", "system"] as const) {
    assert.deepEqual(placesOn("windows", scope, { variables: WINDOWS, workingFolder: "C:\\" }), {
      definition: "C:\\Users\\ada\\AppData\\Roaming\\pollux\\pollux-task.xml",
      configFile: "C:\\Users\\ada\\AppData\\Roaming\\pollux\\config.yaml",
      dataDir: "C:\\Users\\ada\\AppData\\Local\\pollux",
      masterKeyFile: undefined,
      logFile: undefined,
      userName: "HOME\\ada",
    });
  }
  assert.throws(
    () => placesOn("windows", "user", { variables: { ...WINDOWS, USERNAME: "" } }),
    /"USERNAME" is not set; set it/,
  );
});

Deno.test("serviceCommands() start with one command, whatever the service", () => {
  function startOf(
    system: PlaceOptions["system"],
    scope: PlaceOptions["scope"],
    definition: string,
  ): string {
    return serviceCommands({ system, scope, definition }).start;
  }
  assert.equal(startOf("linux", "user", "/x"), "systemctl --user enable --now pollux.service");
  assert.equal(startOf("linux", "system", "/x"), "sudo systemctl enable --now pollux.service");
  assert.equal(
    startOf("macos", "user", "/Users/ada o'b/x.plist"),
    String.raw`launchctl bootstrap gui/$(id -u) '/Users/ada o'\''b/x.plist'`,
  );
  assert.equal(
    startOf("macos", "system", "/Library/x.plist"),
    "sudo launchctl bootstrap system /Library/x.plist",
  );
  assert.equal(
    startOf("windows", "user", "C:\\Users\\ada\\x.xml"),
    'schtasks /Create /F /TN Pollux /XML "C:\\Users\\ada\\x.xml"',
  );
});
