/**
 * Frames a streamed response in another API's format, event by event.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { EventTranslator } from "../../formats/operation.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { StreamWriter } from "../../gemini/stream/stream.ts";
import { responseJson } from "./response_json.ts";

const NOTHING = new Uint8Array();

/** A comment, which every client of server-sent events ignores. */
const PING_COMMENT = ": ping\n\n";

/** What a client of a translated stream gets while the model is silent. */
export function keepAliveOf({ keepAlive = PING_COMMENT }: EventTranslator): Uint8Array {
  return utf8Bytes(keepAlive);
}

/** Passes each chunk to an operation's translator, and writes what this returns. */
export class TranslatedWriter implements StreamWriter {
  readonly contentType = "text/event-stream; charset=utf-8";
  readonly keepAlive: Uint8Array;
  readonly #translator: EventTranslator;

  constructor(translator: EventTranslator) {
    this.#translator = translator;
    this.keepAlive = keepAliveOf(translator);
  }

  data(json: Uint8Array): Uint8Array[] {
    const chunk = responseJson(json);
    return isJsonObject(chunk) ? [utf8Bytes(this.#translator.chunk(chunk))] : [];
  }

  /** Nothing: the translator ends the stream in its own way. */
  done(): Uint8Array {
    return NOTHING;
  }

  error(error: RpcError): Uint8Array[] {
    return [utf8Bytes(this.#translator.error(error))];
  }

  end(): Uint8Array {
    return utf8Bytes(this.#translator.end());
  }
}
