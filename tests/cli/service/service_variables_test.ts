/** What a service sees of the proxies and authorities of the shell that installs it. @module */
import assert from "node:assert/strict";
import { installService } from "../../../src/cli/service/service_install.ts";
import { showServiceStatus } from "../../../src/cli/service/service_status.ts";
import { ownServiceTarget, type ServiceTarget } from "../../../src/cli/service/service_target.ts";
import { CARRIED, carryVariables } from "../../../src/cli/service/carry_variables.ts";
import { servicePlan } from "../../../src/cli/service/service_plan.ts";
import { carriedIn, type Variables } from "../../../src/service/carried_variables.ts";
import { launchdPlist } from "../../../src/service/launchd_plist.ts";
import { systemdUserUnit } from "../../../src/service/systemd_user_unit.ts";
import { ADA } from "../../support/subjects.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";

const ODD: Variables = [
  ["HTTPS_PROXY", "http://proxy.example:3128"],
  ["NO_PROXY", `a.example:1, "b" \\c %d <e> & 'f' $g`],
  ["SSL_CERT_FILE", "/etc/ssl/my company.pem"],
];

Deno.test("carriedIn() gives back what a unit and a property list carry, whatever it is", () => {
  const subject = { ...ADA, variables: ODD };
  for (
    const text of [
      systemdUserUnit(subject, { systemdVersion: undefined }),
      launchdPlist(subject, { logFile: "/x", userName: undefined }),
    ]
  ) {
    const order = (one: Variables) => one.toSorted(([a], [b]) => a < b ? -1 : 1);
    assert.deepEqual(order(carriedIn(text, CARRIED)), order(ODD));
    assert.deepEqual(carriedIn(text, ["ALL_PROXY"]), []);
  }
});

Deno.test("A user's unit lets the gateway see the files of certificates", async () => {
  using folder = tempFolder();
  const env = { HOME: folder.path, APPDATA: folder.path, LOCALAPPDATA: folder.path, USERNAME: "a" };
  const own = ownServiceTarget({}, fakeTerminal({ env }).terminal);
  const target: ServiceTarget = { ...own, system: "linux", scope: "user" };
  await Deno.mkdir(`${folder.path}/.config/pollux`, { recursive: true });
  await Deno.writeTextFile(
    own.places.configFile,
    [
      "network:",
      "  ca_file: /home/ada/company.pem",
      "server:",
      "  tls: {cert: /home/ada/tls/cert.pem, key: /home/ada/tls/key.pem}",
      "",
    ].join("\n"),
  );
  const variables = [["NODE_EXTRA_CA_CERTS", "/home/ada/extra.pem"]] as const;
  const { definition: { text } } = await servicePlan(target, "/usr/bin/pollux", variables);
  for (const file of ["company", "extra"]) {
    assert.ok(text.includes(`\nBindReadOnlyPaths=-"/home/ada/${file}.pem"\n`), text);
  }
  // A renewal replaces the gateway's own files.
  assert.equal(text.split(`\nBindReadOnlyPaths=-"/home/ada/tls"\n`).length, 2, text);
});

Deno.test("carryVariables() names what a service does not see, and shows no password", () => {
  const env = {
    HOME: "/home/ada",
    APPDATA: "/home/ada",
    LOCALAPPDATA: "/home/ada",
    USERNAME: "ada",
    https_proxy: "http://ada:planted-password@proxy.example:3128",
    NO_PROXY: "localhost",
    DENO_CERT: "/home/ada/ca.pem",
    POLLUX_SERVER_PORT: "1",
  };
  const { terminal } = fakeTerminal({ env });
  const target = ownServiceTarget({}, terminal);
  const cases = [
    ["linux", "user", ["NO_PROXY", "DENO_CERT"], ["https_proxy", "POLLUX_SERVER_PORT"]],
    ["linux", "system", ["NO_PROXY"], ["https_proxy", "DENO_CERT", "POLLUX_SERVER_PORT"]],
    ["macos", "user", ["NO_PROXY", "DENO_CERT"], ["https_proxy", "POLLUX_SERVER_PORT"]],
    ["windows", "user", [], ["NO_PROXY", "https_proxy", "DENO_CERT", "POLLUX_SERVER_PORT"]],
  ] as const;
  for (const [system, scope, carried, missing] of cases) {
    const found = carryVariables({ ...target, system, scope }, terminal);
    assert.deepEqual(found.variables.map(([name]) => name).sort(), [...carried].sort());
    assert.deepEqual(found.missing.map(({ name }) => name).sort(), [...missing].sort());
    assert.doesNotMatch(JSON.stringify(found.missing), /planted/);
  }
});

Deno.test("carryVariables() takes what OpenTelemetry needs, while that is on, and shows no header of it", () => {
  const otel = {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://ada:planted-password@collector.example",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=planted-token",
    OTEL_SERVICE_NAME: "pollux",
  };
  const home = { HOME: "/home/ada", APPDATA: "/home/ada", LOCALAPPDATA: "/home/ada" };
  const env = { ...home, USERNAME: "ada" };
  const target = ownServiceTarget({}, fakeTerminal({ env }).terminal);
  for (
    const [system, scope, where] of [
      ["linux", "user", /systemctl --user edit pollux/],
      ["linux", "system", /\/etc\/pollux\/environment/],
      ["macos", "user", /a collector on this machine/],
    ] as const
  ) {
    const place = { ...target, system, scope };
    const found = carryVariables(place, fakeTerminal({ env: { ...env, ...otel } }).terminal);
    assert.deepEqual(found.variables.map(([name]) => name), [
      "OTEL_DENO",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "OTEL_SERVICE_NAME",
    ]);
    assert.deepEqual(found.missing.map(({ name }) => name), [
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
      "OTEL_EXPORTER_OTLP_HEADERS",
    ]);
    assert.match(found.missing[1]?.why ?? "", where);
    assert.doesNotMatch(JSON.stringify(found), /planted/);
    const off = { ...env, ...otel, OTEL_DENO: "false" };
    assert.deepEqual(carryVariables(place, fakeTerminal({ env: off }).terminal).variables, []);
  }
});

Deno.test("Every variable that docs/tracing.md names can be taken over by a service", async () => {
  const document = await Deno.readTextFile(new URL("../../../docs/tracing.md", import.meta.url));
  const names = new Set(document.match(/\bOTEL_[A-Z_]+\b/g));
  assert.ok(names.size > 10);
  for (const name of names) assert.ok(CARRIED.includes(name), name);
});

testUnless(
  ON_WINDOWS,
  "service install carries variables over and says so; status from another shell is content",
  async () => {
    using folder = tempFolder();
    const executable = `${folder.path}/pollux`;
    const home = { HOME: folder.path };
    const shell = {
      ...home,
      HTTPS_PROXY: "http://proxy.example:3128",
      all_proxy: "socks5://a:b@c:1",
    };
    const { terminal, out, err } = fakeTerminal({ env: shell });
    await installService({}, { terminal, executable });
    assert.match(out.join("\n"), /It takes these variables from this shell: HTTPS_PROXY/);
    assert.match(
      err.join("\n"),
      /WARNING: The service does not get all_proxy.*network\.proxy in "/,
    );
    const text = Deno.readTextFileSync(ownServiceTarget({}, terminal).definition.path);
    assert.deepEqual(carriedIn(text, CARRIED), [["HTTPS_PROXY", "http://proxy.example:3128"]]);
    const other = fakeTerminal({ env: home });
    await showServiceStatus({}, { terminal: other.terminal, executable });
    assert.match(other.out.join("\n"), /is installed and up to date/);
  },
);
