/**
 * Runs `openai` for the conformance matrix. Each line of standard input is one call as JSON, each line of standard
 * output its response; the shapes are `ClientCall` and `ClientResponse` in ../../client_call.ts. The argument says which
 * API it speaks: `chat` or `responses`.
 *
 * @module
 */
import process from "node:process";
import OpenAI from "openai";
import { serveCalls } from "../serve_calls.mjs";
import { CHAT } from "./openai_chat.mjs";
import { MEDIA } from "./openai_media.mjs";
import { RESPONSES } from "./openai_responses.mjs";

const RUN = { ...MEDIA, ...(process.argv[2] === "responses" ? RESPONSES : CHAT) };

await serveCalls(async (call, answer) => {
  const client = new OpenAI({
    apiKey: call.apiKey,
    baseURL: `${call.baseUrl}/v1`,
  });
  await RUN[call.op]({ client, call, answer });
});
