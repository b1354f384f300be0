/**
 * Handles errors that nothing catches. Deno would print the error with its message and stack, and
 * either could contain secrets: a token, a response, an address.
 *
 * @module
 */
import { EXIT } from "./exit_codes.ts";

/**
 * Ends the process with one sentence when an error is not caught, or a rejection not handled.
 *
 * @param print Prints the sentence.
 */
export function handleCrashes(print: (line: string) => void): void {
  function crash(event: Event, error: unknown): void {
    event.preventDefault();
    print(
      `Error: Pollux stops because of a bug (${placeOf(error)}). ` +
        `Please report it with that place and the version. Every confirmed change is stored`,
    );
    Deno.exit(EXIT.failure);
  }
  addEventListener("error", (event) => crash(event, event.error));
  addEventListener("unhandledrejection", (event) => crash(event, event.reason));
}

/**
 * Returns the class of an error and the line and column of our code that threw it, without its message.
 * The executable needs the column, since its lines are long.
 */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no error";
  const { stack = "", constructor } = error;
  // The stack begins with the message, whose lines must not be mistaken for stack frames.
  const frames = stack.startsWith(String(error)) ? stack.slice(String(error).length) : "";
  const place = /^\s+at .*?([\w-]+\.[jt]s:\d+:\d+)\)?$/m.exec(frames)?.[1];
  return place === undefined ? constructor.name : `${constructor.name} at ${place}`;
}
