/**
 * Prints two lines of standard input, and what is left of it, as JSON.
 *
 * @module
 */
import { processTerminal } from "../../src/cli/terminal/terminal.ts";

const terminal = processTerminal();
const first = await terminal.readLine();
const second = await terminal.readLine();
console.log(JSON.stringify({ first, second, rest: await terminal.readInput() }));
