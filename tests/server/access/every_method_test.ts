/** Every method of the table is behind the guard and the key, however its path is written. @module */
import assert from "node:assert/strict";
import { METHOD_NAMES, type MethodRow, METHODS } from "../../../src/gemini/api/methods.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { rawRequest } from "../../support/raw_http.ts";

const KEY = "planted-gateway-key";

/** The path of a method after the version, with a model or resource. */
function pathOf({ path }: MethodRow): string {
  return path.replace("{model}", "gemini-2.5-flash").replace(/\{[\w.]+\}/g, "abc");
}

/** Ways to write a path, as clients and attackers do. */
function spellings(row: MethodRow): readonly string[] {
  const path = pathOf(row);
  const top = row.prefix === undefined ? "" : `/${row.prefix}`;
  return [
    `${top}/v1beta/${path}`,
    `${top}/v1/${path}/`,
    `//${top}//v1beta//${path}`,
    `/v1beta${top}/v1beta/${path}`,
    `${top}/${path}`,
    `${top}/v1beta/${path.replace(":", "%3A")}`,
    `${top}/v1beta/${path}%3Fkey=wrong`,
    `${top}/v1beta/${path}?upload_id=x`,
    `${top}/v1beta1/projects/p/locations/l/publishers/google/${path}`,
    `${top}/v1beta1/projects/p/locations/l/${path}`,
    `/healthz/..${top}/v1beta/${path}`,
    `/admin/../${path}`,
    `/${path}?x=/healthz`,
    `/v1beta/files/http:/h/${path}`,
  ];
}

Deno.test("No method is reached without the key, from a web page, or by another host's name", async () => {
  await using gateway = await startEmulatedGateway({ settings: { auth: { apiKey: KEY } } });
  const own = `Host: 127.0.0.1:${gateway.port}`;
  const callers: readonly (readonly [readonly number[], ...string[]])[] = [
    [[401], own],
    // Many wrong keys from one address are refused with 429.
    [[401, 429], own, "x-goog-api-key: planted-wrong"],
    [[401, 429], own, "Authorization: Bearer planted-wrong", "X-Forwarded-For: 127.0.0.1"],
    [[403], own, `x-goog-api-key: ${KEY}`, "Origin: https://evil.test"],
    [[403], own, `x-goog-api-key: ${KEY}`, "Sec-Fetch-Site: cross-site"],
    [[403], "Host: evil.test", `x-goog-api-key: ${KEY}`],
    [[400, 403], "Host: evil.test", `X-Forwarded-Host: 127.0.0.1`, `x-goog-api-key: ${KEY}`],
  ];
  for (const name of METHOD_NAMES) {
    const row: MethodRow = METHODS[name];
    const verbs = row.verb === "GET" ? ["GET", "HEAD"] : [row.verb, "GET"];
    for (const path of spellings(row)) {
      for (const [statuses, ...headers] of callers) {
        for (const verb of verbs) {
          const lines = [`${verb} ${path} HTTP/1.1`, ...headers, "Connection: close"];
          const { status } = await rawRequest(
            gateway.port,
            `${
              lines.join("\r\n")
            }\r\nContent-Length: 0\r\nX-HTTP-Method-Override: ${row.verb}\r\n\r\n`,
          );
          // A path that no proxy reads in the same way is refused before the key is.
          const refused = path.includes("..") ? [...statuses, 400, 401, 403] : statuses;
          assert.ok(refused.includes(status), `${status} for ${lines.join(", ")}`);
        }
      }
    }
  }
  assert.deepEqual(gateway.emulator.requests, []);
});
