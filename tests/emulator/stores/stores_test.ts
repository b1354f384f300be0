/** File search stores: who may use them, and what their uploads make. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call, continueUpload } from "../files/file_calls.ts";

Deno.test("a file search store belongs to a project, and is deleted by force if it has documents", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const stranger = [emulator, emulator.addApiKey("b")] as const;
  const body = JSON.stringify({ displayName: "My store!" });
  const made = await call(caller, "/v1beta/fileSearchStores", { method: "POST", body });
  assert.match(made.json.name, /^fileSearchStores\/mystore-[a-z0-9]{12}$/);
  const path = `/v1beta/${made.json.name}`;
  const upload = {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
    body: JSON.stringify({ mimeType: "text/plain" }),
  };
  const target = `/upload/v1beta/${made.json.name}:uploadToFileSearchStore`;
  for (
    const refused of [
      await call(stranger, target, upload),
      await call(stranger, path, { method: "DELETE" }),
    ]
  ) {
    assert.equal(refused.status, 403);
    assert.match(
      refused.json.error.message,
      /^You do not have permission to access the FileSearchStore/,
    );
  }
  const start = await call(caller, target, upload);
  const address = start.headers.get("x-goog-upload-url") ?? "";
  const end = { command: "upload, finalize", offset: 0, body: "hello" };
  const operation = await continueUpload(emulator, address, end);
  assert.equal(operation.json.response.parent, made.json.name);
  assert.equal(operation.json.response.sizeBytes, "5");
  const statuses = [];
  for (const query of ["", "?force=no", "?force=True", "?force=true"]) {
    statuses.push((await call(caller, path + query, { method: "DELETE" })).status);
  }
  assert.deepEqual(statuses, [400, 400, 200, 403]);
});
