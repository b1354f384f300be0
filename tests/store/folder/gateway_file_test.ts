import assert from "node:assert/strict";
import { join } from "node:path";
import { findGateway, GatewayFile } from "../../../src/store/folder/gateway_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ADDRESS = { url: "http://127.0.0.1:8045", adminKey: "the-admin-key" };

Deno.test("findGateway() finds what a gateway wrote, for as long as it runs", () => {
  using folder = tempFolder();
  assert.equal(findGateway(folder.path), undefined);
  {
    using file = new GatewayFile(folder.path);
    file.write(ADDRESS);
    assert.deepEqual(findGateway(folder.path), ADDRESS);
    file.write({ ...ADDRESS, url: "http://127.0.0.1:9000" });
    assert.equal(findGateway(folder.path)?.url, "http://127.0.0.1:9000");
  }
  assert.equal(findGateway(folder.path), undefined);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("findGateway() finds none where there is no data folder, and makes none", () => {
  using folder = tempFolder();
  assert.equal(findGateway(join(folder.path, "data")), undefined);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("GatewayFile.write() lets nobody else read the key, and findGateway() refuses what others can", () => {
  using folder = tempFolder();
  using file = new GatewayFile(folder.path);
  file.write(ADDRESS);
  const path = join(folder.path, "gateway.json");
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  Deno.chmodSync(path, 0o644);
  assert.throws(() => findGateway(folder.path), { name: "StoreError", message: /chmod 600/ });
});

for (const text of ["", "{", "[]", '{"url":"here","adminKey":"k"}', '{"url":"http://a/"}']) {
  Deno.test(`findGateway() says that a file of ${JSON.stringify(text)} is damaged`, () => {
    using folder = tempFolder();
    Deno.writeTextFileSync(join(folder.path, "gateway.json"), text, { mode: 0o600 });
    const message = /gateway\.json": it is damaged; restart the gateway$/;
    assert.throws(() => findGateway(folder.path), { name: "StoreError", message });
  });
}
