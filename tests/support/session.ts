/**
 * Fingerprints for tests.
 *
 * @module
 */
import { hash } from "node:crypto";

/** The fingerprint of a conversation that a test calls by a name. */
export function session(name: string): string {
  return hash("sha256", name, "hex");
}
