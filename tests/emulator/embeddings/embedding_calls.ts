/**
 * Calls that embed, as the emulator's tests make them.
 *
 * @module
 */
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { callWithKey } from "../calls.ts";
import { bearer, callVertex, serviceAccountToken } from "../vertex_calls.ts";

/** What Google says of a field that it does not know, without the field. */
export const UNKNOWN = "Invalid JSON payload received. Unknown name";

/** The model that generativelanguage and Vertex AI's `:predict` have. */
export const OLD = "gemini-embedding-001";

/** The model that generativelanguage and Vertex AI's `:embedContent` have. */
export const NEW = "gemini-embedding-2";

/** A model that only Vertex AI has. */
export const TEXT_MODEL = "text-embedding-005";

/** A content with one text. */
export function contentOf(text: string): { parts: unknown[] } {
  return { parts: [{ text }] };
}

/** An emulator with one account of generativelanguage and one of Vertex AI, and ways to call both. */
export async function place() {
  const emulator = await startEmulator();
  const key = emulator.addApiKey("key");
  const headers = bearer(await serviceAccountToken(emulator.addServiceAccount("vertex")));

  // deno-lint-ignore no-explicit-any -- responses are read as deep as a test needs
  async function native(method: string, body: unknown, model = OLD): Promise<any> {
    return await (await callWithKey(emulator, key, { method, body, model })).json();
  }

  // deno-lint-ignore no-explicit-any -- as above
  async function vertex(method: string, body: unknown, model: string): Promise<any> {
    const options = { headers, method, body, model };
    // The first service account has the second project.
    const place = "projects/emulated-project-2/locations/us-central1/";
    return await (await callVertex(emulator, { ...options, place })).json();
  }

  return { emulator, key, native, vertex, [Symbol.asyncDispose]: () => emulator.close() };
}

/** What a batch is asked with: the model and one text in each request. */
export function batchOf(
  texts: readonly string[],
  model = OLD,
): { requests: Record<string, unknown>[] } {
  return {
    requests: texts.map((text) => ({ model: `models/${model}`, content: contentOf(text) })),
  };
}
