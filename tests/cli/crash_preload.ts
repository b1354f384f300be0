/**
 * Loaded before `main.ts`: makes it fail, where nobody catches it, once it has printed its first line.
 * `POLLUX_TEST_CRASH` says how.
 *
 * @module
 */

const MESSAGE = "planted-token of planted-user@example.com\n    at planted-place.ts:1:1";

const CRASHES: Readonly<Record<string, () => void>> = {
  error() {
    throw new TypeError(MESSAGE);
  },
  rejection() {
    Promise.reject(new TypeError(MESSAGE));
  },
  text() {
    Promise.reject(MESSAGE);
  },
};

const print = console.log;
console.log = (line: unknown) => {
  print(line);
  console.log = print;
  setTimeout(CRASHES[Deno.env.get("POLLUX_TEST_CRASH") ?? ""] ?? (() => {}));
};
