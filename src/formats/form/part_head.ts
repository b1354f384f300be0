/**
 * Reads the headers of one field of a form.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7578#section-4.2}
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** What the headers of a field say. */
export interface PartHead {
  /** The field's name. */
  readonly field: string;
  /** The file's name; undefined if the field is no file. */
  readonly fileName: string | undefined;
  /** The media type, in lower case, without parameters; empty if none is stated. */
  readonly type: string;
}

/** The encodings in which bytes stand as they are. */
const IDENTITIES: readonly string[] = ["", "7bit", "8bit", "binary"];

/**
 * Reads the headers.
 *
 * @param text The lines, without the empty one after them.
 * @throws {RpcError} INVALID_ARGUMENT if they name no field, or an encoding of the content.
 */
export function readPartHead(text: string): PartHead {
  let disposition = "";
  let type = "";
  let encoding = "";
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, Math.max(0, colon)).trim().toLowerCase()) {
      case "content-disposition":
        disposition = value;
        break;
      case "content-type":
        type = (value.split(";")[0] ?? "").trim().toLowerCase();
        break;
      case "content-transfer-encoding":
        encoding = value.toLowerCase();
    }
  }
  const { name, fileName } = namesIn(disposition);
  if (name === undefined) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "The form cannot be read: a part has no Content-Disposition that names its field",
    );
  }
  if (!IDENTITIES.includes(encoding)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "The form cannot be read: a part has a Content-Transfer-Encoding; send its bytes as they are",
    );
  }
  return { field: name, fileName, type };
}

/** One parameter of a header: its name, and its value in quotes or bare. */
const PARAMETER = /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^\s;"]*))/gy;

function namesIn(disposition: string): { name?: string; fileName?: string } {
  const kind = /^\s*form-data\s*/i.exec(disposition);
  if (kind === null) return {};
  let name: string | undefined;
  let fileName: string | undefined;
  PARAMETER.lastIndex = kind[0].length;
  for (let found; (found = PARAMETER.exec(disposition)) !== null;) {
    const value = found[2] === undefined ? found[3] ?? "" : unquoted(found[2]);
    const parameter = (found[1] ?? "").toLowerCase();
    if (parameter === "name") name ??= value;
    else if (parameter === "filename") fileName = value;
    // Its encoding is read by nobody: the name is only a hint of the file's kind.
    else if (parameter === "filename*") fileName ??= value;
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(fileName === undefined ? {} : { fileName }),
  };
}

/** Browsers write a double quote and line ends as `%22`, `%0D` and `%0A`, other clients `\"`. */
function unquoted(text: string): string {
  return text.replace(/\\(["\\])/g, "$1").replace(
    /%(22|0d|0a)/gi,
    (_, code: string) => String.fromCharCode(parseInt(code, 16)),
  );
}
