/**
 * Sends large bodies that are refused, through `fetch` (undici), node:http or `@google/genai`; the first
 * argument names it. Standard input is a list of `RefusedCase` as in ../refusal_test.ts as JSON, standard
 * output a list with the list of each case's outcomes: statuses, or errors as text.
 *
 * @module
 */
import http from "node:http";
import process from "node:process";
import { text } from "node:stream/consumers";

const SEND = {
  async fetch({ base, path, headers, body }) {
    const response = await fetch(base + path, { method: "POST", headers, body });
    await response.json();
    return response.status;
  },

  http({ base, path, headers, body }) {
    return new Promise((resolve, reject) => {
      const options = { method: "POST", headers: { ...headers, "content-length": body.length } };
      const request = http.request(base + path, options, async (response) => {
        try {
          JSON.parse(await text(response));
          resolve(response.statusCode);
        } catch (error) {
          reject(error);
        }
      });
      request.on("error", reject);
      request.end(body);
    });
  },

  async genai({ base, headers, body }) {
    const { GoogleGenAI } = await import("genai3");
    const { "x-goog-api-key": apiKey, ...others } = headers;
    const httpOptions = { baseUrl: base, headers: others };
    const client = new GoogleGenAI({ apiKey, httpOptions });
    try {
      await client.models.generateContent({ model: "m", contents: body.toString() });
      return 200;
    } catch (error) {
      if (error.status === undefined) throw error;
      return error.status;
    }
  },
};

const send = SEND[process.argv[2]];
const outcomes = [];
for (const { mebibytes, count, ...target } of JSON.parse(await text(process.stdin))) {
  const body = Buffer.alloc(mebibytes * 1024 * 1024, "x");
  const seen = [];
  for (let at = 0; at < count; at++) {
    try {
      seen.push(await send({ ...target, body }));
    } catch (error) {
      seen.push(String(error.cause?.code ?? error.code ?? error));
    }
  }
  outcomes.push(seen);
}
console.log(JSON.stringify(outcomes));
process.exit(0);
