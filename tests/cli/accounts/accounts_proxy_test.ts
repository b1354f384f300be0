/** Proxies before encrypted upstreams, as a process that trusts the tests' authority sees them. @module */
import assert from "node:assert/strict";
import { runPollux } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { startHttpProxy, startSocksProxy } from "../../support/proxy_server.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE } from "../../support/test_certificate.ts";

const LOGIN = { username: "ada", password: "planted-password" };

Deno.test("An https upstream is reached through proxies of http, https and socks5, which see no more than its host", async () => {
  using folder = tempFolder();
  await using google = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...SERVER_CERTIFICATE },
    () => Response.json({ models: [{ name: "models/a" }] }),
  );
  const host = `127.0.0.1:${google.addr.port}`;
  await using plain = startHttpProxy({ login: LOGIN });
  await using encrypted = startHttpProxy({ login: LOGIN, tls: SERVER_CERTIFICATE });
  await using socks = startSocksProxy({ login: LOGIN });
  const options = {
    dataDir: `${folder.path}/data`,
    env: { KEY: "planted-key", DENO_CERT: AUTHORITY_FILE, NO_PROXY: "" },
  };
  async function pollux(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runPollux(["accounts", ...words], options);
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stdout + stderr, /planted/);
    return stdout.trim();
  }
  await pollux("add", "gemini-api", "work", "--key-env", "KEY", "--base-url", `https://${host}`);
  const proxies = [
    [`http://ada:planted-password@127.0.0.1:${plain.port}`, plain, `CONNECT ${host}`],
    [`https://ada:planted-password@localhost:${encrypted.port}`, encrypted, `CONNECT ${host}`],
    [`socks5://ada:planted-password@127.0.0.1:${socks.port}`, socks, host],
  ] as const;
  for (const [url, proxy, line] of proxies) {
    const file = handIn(folder.path, { name: "proxy", text: `${url}\n` });
    await pollux("edit", "work", "--proxy-file", file);
    assert.equal(await pollux("test", "work"), "work: works, 1 models");
    assert.deepEqual(proxy.asked, [line]);
  }
});
