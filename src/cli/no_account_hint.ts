/**
 * What to do next, for whoever starts the gateway before there is an account.
 *
 * @module
 */

/**
 * The words, which name the three kinds of account and the demo.
 *
 * @param dataDir Where the command line says that accounts are kept, if it does.
 */
export function noAccountHint(dataDir: string | undefined): string {
  const add = "  pollux accounts add";
  const where = dataDir === undefined ? "" : ` --data-dir "${dataDir}"`;
  return `It has no account yet, so it cannot answer. Add one in another terminal; it is
used within two seconds, without a restart.

A Gemini API key, from https://aistudio.google.com/apikey; it asks for the key:
${add} gemini-api NAME${where}

Vertex AI, with the JSON key of a service account:
${add} vertex NAME --credentials FILE --location us-central1${where}

Gemini Code Assist, with what "gcloud auth application-default login" wrote:
${add} code-assist NAME --credentials FILE${where}

Or stop this with Ctrl+C, and try it on made-up answers, without an account:
  pollux demo`;
}
