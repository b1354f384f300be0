/** Addresses of downloads in responses. @module */
import assert from "node:assert/strict";
import { withOwnDownloads } from "../../../src/gemini/resources/download_addresses.ts";

const GOOGLE = "https://generativelanguage.googleapis.com";
const OWN = "http://127.0.0.1:8045";

/** The row of an operation that makes a video, as it will be in the method table. */
const VIDEOS = [
  "response.generateVideoResponse.generatedSamples.video.uri",
  "response.generatedVideos.video.uri",
];

function edited(json: string, members: readonly string[]): string {
  const hosts = {
    own: OWN,
    addresses: { isUpstream: (host: string) => host === "127.0.0.1:9" },
  };
  return new TextDecoder().decode(withOwnDownloads(new TextEncoder().encode(json), members, hosts));
}

const PATH = "/v1beta/files/abc-1:download?alt=media";

for (
  const [address, own] of [
    [`${GOOGLE}${PATH}`, `${OWN}${PATH}`],
    [`${GOOGLE}/download/v1/files/a:download`, `${OWN}/download/v1/files/a:download`],
    [`https://generativelanguage.us.rep.googleapis.com${PATH}`, `${OWN}${PATH}`],
    [`http://127.0.0.1:9/base${PATH}`, `${OWN}${PATH}`],
    // A key has no place in an address for clients.
    [`${GOOGLE}${PATH}&key=planted-key`, `${OWN}${PATH}`],
    // These are no downloads, or need no key.
    [`${GOOGLE}/v1beta/files/abc-1`, undefined],
    [`${GOOGLE}/v1beta/files/abc-1:download/more`, undefined],
    [`https://storage.googleapis.com${PATH}`, undefined],
    [`https://evil.example${PATH}`, undefined],
    [`http://127.0.0.1:90${PATH}`, undefined],
    [`gs://bucket${PATH}`, undefined],
    ["files/abc-1", undefined],
    ["", undefined],
    [`${GOOGLE}/v1beta/files/${"a".repeat(5000)}:download`, undefined],
  ] as const
) {
  Deno.test(`withOwnDownloads() makes ${address.slice(0, 90)} ${own ?? "stay"}`, () => {
    const json = (uri: string) => `{ "name":"x", "downloadUri" : ${JSON.stringify(uri)} }\n`;
    assert.equal(edited(json(address), ["downloadUri"]), json(own ?? address));
  });
}

Deno.test("withOwnDownloads() edits every item of a list, in either spelling, and no other byte", () => {
  const escaped = JSON.stringify(`${GOOGLE}${PATH}`).replaceAll("=", "\\u003d").replaceAll(
    "/",
    "\\/",
  );
  const json = `{"files": [ {"downloadUri": ${escaped}, "sizeBytes": 1.0e2},` +
    `{"download_uri": "${GOOGLE}${PATH}", "downloadUri": null}, 7, {}], "nextPageToken": "t"}`;
  assert.equal(
    edited(json, ["files.downloadUri"]),
    `{"files": [ {"downloadUri": "${OWN}${PATH}", "sizeBytes": 1.0e2},` +
      `{"download_uri": "${OWN}${PATH}", "downloadUri": null}, 7, {}], "nextPageToken": "t"}`,
  );
});

Deno.test("withOwnDownloads() edits the videos of an operation", () => {
  const json = (address: string) =>
    `{"name":"models/veo/operations/1","done":true,"response":{"@type":"t",` +
    `"generateVideoResponse":{"generatedSamples":[{"video":{"uri":"${address}"}}]},` +
    `"generatedVideos":[{"video":{"uri":"${address}"}}]}}`;
  assert.equal(edited(json(`${GOOGLE}${PATH}`), VIDEOS), json(`${OWN}${PATH}`));
});

Deno.test("withOwnDownloads() leaves addresses elsewhere, and what is not JSON, as they are", () => {
  for (
    const json of [
      `{"displayName":"${GOOGLE}${PATH}","inner":{"downloadUri":"${GOOGLE}${PATH}"}}`,
      `{"downloadUri":{"a":"${GOOGLE}${PATH}"}}`,
      `{"downloadUri":"${GOOGLE}${PATH}`,
      "",
    ]
  ) assert.equal(edited(json, ["downloadUri"]), json);
});
