/**
 * Videos by `@google/genai` up to 2.x, for driver_genai.mjs: later versions make none with an API key.
 *
 * @module
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What `ClientOp` names, each with the client, the call, and the answer that it fills in. */
export const VIDEO_RUN = { makeVideo, extendVideo: makeVideo };

async function makeVideo({ client, call, answer }) {
  const request = { model: call.model, prompt: call.prompt };
  if (call.path !== undefined) request.video = { uri: call.path };
  let operation = await client.models.generateVideos(request);
  while (!operation.done) operation = await client.operations.getVideosOperation({ operation });
  const [{ video }] = operation.response.generatedVideos;
  const bytes = video.videoBytes ?? (await downloaded(client, video)).toString("base64");
  answer.resources = [{ name: operation.name, uri: video.uri }];
  answer.text = Buffer.from(bytes, "base64").toString("latin1");
}

async function downloaded(client, file) {
  const folder = await mkdtemp(join(tmpdir(), "pollux-video-"));
  try {
    const downloadPath = join(folder, "video");
    await client.files.download({ file, downloadPath });
    return await written(downloadPath);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Older versions resolve before the file is written. */
async function written(path) {
  for (let tries = 0; tries < 500; tries++) {
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (bytes.length > 0) return bytes;
    await delay(20);
  }
  throw new Error("The download was not written within ten seconds");
}
