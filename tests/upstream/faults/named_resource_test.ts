/** What an upstream says of a thing that a request names, and what only resembles it. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  faultOfNamedModel,
  isOfNamedResource,
} from "../../../src/upstream/faults/named_resource.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";

function isNamed(message: string): boolean {
  return isOfNamedResource(new RpcError("PERMISSION_DENIED", message));
}

Deno.test("isOfNamedResource() knows how Google begins to say that a thing is not there, or others'", () => {
  for (
    const message of [
      "You do not have permission to access the File abc or it may not exist.",
      "You do not have permission to access Corpus corpora/abc or it may not exist.",
      "CachedContent not found (or permission denied)",
      "The cached content abc is expired.",
      "Not found: cached content metadata for 1.",
      "Failed to access the cached content abc.",
      "Unable to read file abc.",
      "Permission denied while accessing input file.",
      "s@p.example does not have storage.objects.get access to the Google Cloud Storage object.",
      "Permission 'storage.objects.get' denied on resource (or it may not exist).",
      "Permission 'aiplatform.cachedContents.get' denied on resource '//aiplatform.googleapis.com/x'",
      "files/abc is not found.",
      "The fileSearchStores/abc does not exist.",
      "gs://bucket/object could not be read",
      "Requested file abc was not found.",
      "The document abc does not exist",
    ]
  ) assert.ok(isNamed(message), message);
});

Deno.test("isOfNamedResource() leaves an account's own error alone, though it speaks of files or quotes some", () => {
  for (
    const message of [
      "Cached content API has not been used in project p before or it is disabled.",
      "Cached Contents service is disabled.",
      "Permission 'aiplatform.endpoints.predict' denied on resource (or it may not exist).",
      "Requested entity was not found.",
      "models/files/abc is not found for API version v1beta",
      'Denied: "Permission denied while accessing input file."',
      'Denied: "CachedContent not found"',
      'Denied: "Failed to access the file"',
      "The caller does not have permission",
      "Files are not served in this region.",
    ]
  ) assert.ok(!isNamed(message), message);
});

Deno.test("faultOfNamedModel() changes only an account's 403 of a model that is a resource's name", () => {
  const denied = new RpcError("PERMISSION_DENIED", "Denied");
  const kept = [
    new UpstreamFault("account", new RpcError("UNAUTHENTICATED", "No token")),
    new UpstreamFault("account-model", denied),
    new Error("No fault"),
  ];
  for (const error of kept) assert.equal(faultOfNamedModel(error, "endpoints/1"), error);
  const fault = new UpstreamFault("account", denied);
  assert.equal(faultOfNamedModel(fault, "gemini-2.5-pro"), fault);
  const named = faultOfNamedModel(fault, "endpoints/1");
  assert.ok(named instanceof UpstreamFault);
  assert.deepEqual([named.scope, named.rpc], ["named", denied]);
});
