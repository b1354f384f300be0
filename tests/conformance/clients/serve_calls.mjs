/**
 * The JavaScript drivers' loop: one line of JSON in, one line of JSON out.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";

/**
 * Makes each call on standard input until it ends.
 *
 * @param run Makes the call and fills the response in; what it throws becomes `answer.error`.
 */
export async function serveCalls(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = { text: "", chunks: 0, functionCalls: [] };
    try {
      await run(JSON.parse(line), answer);
    } catch (error) {
      answer.error = {
        type: error.constructor.name,
        message: error.message,
        // The AI SDK has a name of its own for it.
        status: error.status ?? error.statusCode,
      };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
