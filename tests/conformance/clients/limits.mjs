/**
 * Makes one call with `@google/genai` that a limit may refuse. The first argument names the installed alias. Standard
 * input is a `LimitedCase` as in ../limits_test.ts as JSON; the last line of standard output is what the call gave.
 *
 * @module
 */
import process from "node:process";
import { text } from "node:stream/consumers";

const { GoogleGenAI } = await import(process.argv[2]);
const { baseUrl, key, model, attempts } = JSON.parse(await text(process.stdin));

const retryOptions = attempts === undefined ? undefined : { attempts, initialDelay: 0.05 };
const client = new GoogleGenAI({
  apiKey: key,
  httpOptions: { baseUrl, ...(retryOptions === undefined ? {} : { retryOptions }) },
});
try {
  const response = await client.models.generateContent({ model, contents: "Hi" });
  console.log(JSON.stringify({ text: response.text }));
} catch (error) {
  if (error.status === undefined) throw error;
  console.log(JSON.stringify({ status: error.status, message: error.message }));
}
