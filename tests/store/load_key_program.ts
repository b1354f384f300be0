/**
 * Loads or makes a sealing key and prints it in hexadecimal: `<key file>`.
 *
 * @module
 */
import { loadSealKey } from "../../src/store/sealing/seal_key.ts";

const [path = ""] = Deno.args;
console.log("loading");
console.log(loadSealKey(path, { mayCreate: true }).toHex());
