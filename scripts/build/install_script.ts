/**
 * `install.sh`, as it is published beside the executables.
 *
 * @module
 */

const SCRIPT = new URL("../install.sh", import.meta.url);

/** The line that says where the files are. */
const DEFAULT_LINE = /^default_base_url=$/m;

/**
 * Reads the install script.
 *
 * @param baseUrl Where users will find the files; without it, users must give it to the script.
 * @throws {Error} When it is not an address, or has characters that are special to a shell.
 */
export async function installScript(baseUrl?: string): Promise<string> {
  const script = await Deno.readTextFile(SCRIPT);
  if (baseUrl === undefined) return script;
  if (!URL.canParse(baseUrl) || !/^https:\/\/[\w.~:/%-]+$/.test(baseUrl)) {
    throw new Error(`Cannot use "${baseUrl}" as --base-url: it has to be a plain https:// address`);
  }
  const filled = script.replace(DEFAULT_LINE, `default_base_url=${baseUrl}`);
  if (filled === script) throw new Error("Cannot find the line of the base URL in install.sh");
  return filled;
}
