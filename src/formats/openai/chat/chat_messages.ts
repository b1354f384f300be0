/**
 * The messages of a chat as native contents.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { isJsonObject } from "../../../base/json.ts";
import { PLACEHOLDER } from "../../../gemini/api/placeholder_signature.ts";
import { type BuiltContents, ContentsBuilder } from "../../shared/request/contents_builder.ts";
import {
  callParts,
  type CallScope,
  nativeCallId,
  type RepeatedCall,
  resultParts,
  unusedSignature,
} from "../../shared/request/function_calls.ts";
import { invalidField, nothingSaid } from "../../shared/fields/invalid_field.ts";
import { isGemini3 } from "../../shared/request/model_generation.ts";
import type { RequestFields } from "../../shared/fields/request_fields.ts";
import { contentParts, contentTexts, imagePart } from "./message_parts.ts";

/** A function call of the conversation. */
interface KnownCall {
  readonly name: string;
  readonly position: number;
}

/**
 * Reads the messages.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names what cannot be translated.
 */
export function readMessages(body: RequestFields, scope: CallScope): BuiltContents {
  const reader = new MessageReader(scope);
  const messages = body.objects("messages");
  for (const message of messages) reader.read(message);
  const built = reader.build();
  if (built.contents.length === 0) throw nothingSaid();
  return built;
}

class MessageReader {
  readonly #scope: CallScope;
  readonly #builder = new ContentsBuilder();
  readonly #calls = new Map<string, KnownCall>();
  #position = 0;

  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  build(): BuiltContents {
    return this.#builder.build();
  }

  read(message: RequestFields): void {
    const role = message.requiredText("role");
    switch (role) {
      case "system":
      case "developer":
        for (const text of contentTexts(message)) this.#builder.system(text);
        return;
      case "user":
        return this.#builder.user(contentParts(message, this.#scope.model));
      case "assistant":
        return this.#assistant(message);
      case "tool":
        return this.#result(message);
      case "function":
        return this.#legacyResult(message);
      default: {
        const field = message.path("role");
        throw invalidField(
          field,
          `"${field}" has to be one of "system", "developer", "user", "assistant", "tool", "function"`,
        );
      }
    }
  }

  #assistant(message: RequestFields): void {
    const texts = contentParts(message, this.#scope.model).map((part) => this.#modelPart(part));
    const signature = unusedSignature(signatureIn(message), this.#scope);
    const signed = signature === undefined ? undefined : texts.findLast((part) => "text" in part);
    this.#builder.model([
      ...texts.map((part) => part === signed ? { ...part, thoughtSignature: signature } : part),
      ...message.objects("images").map((image) => this.#image(image)),
      ...callParts(this.#repeatedCalls(message), this.#scope),
    ]);
  }

  /** An image that the model made, repeated as a part of the content. */
  #modelPart(part: JsonObject): JsonObject {
    return "text" in part || !isGemini3(this.#scope.model)
      ? part
      : { ...part, thoughtSignature: PLACEHOLDER };
  }

  #image(image: RequestFields): JsonObject {
    const part = imagePart(image.requiredFields("image_url"), "");
    const signature = unusedSignature(signatureIn(image), this.#scope);
    return signature === undefined
      ? this.#modelPart(part)
      : { ...part, thoughtSignature: signature };
  }

  #repeatedCalls(message: RequestFields): RepeatedCall[] {
    const calls = message.objects("tool_calls").map((call) => this.#repeatedCall(call));
    const legacy = message.fields("function_call");
    if (legacy === undefined) return calls;
    const name = legacy.requiredText("name");
    const field = legacy.path("arguments");
    return [...calls, { name, args: argumentsIn(legacy), field }];
  }

  #repeatedCall(call: RequestFields): RepeatedCall {
    const type = call.text("type") ?? "function";
    const called = call.fields("function");
    if (type !== "function" || called === undefined) {
      const field = call.path(type === "function" ? "function" : "type");
      throw invalidField(field, `"${field}": Gemini has calls of functions only`);
    }
    const id = call.text("id") || undefined;
    const name = called.requiredText("name");
    const position = this.#position++;
    if (id !== undefined) this.#calls.set(id, { name, position });
    const signature = signatureIn(call);
    return { id, name, args: argumentsIn(called), signature, field: called.path("arguments") };
  }

  #result(message: RequestFields): void {
    const id = message.requiredText("tool_call_id");
    const call = this.#calls.get(id);
    const name = call?.name ?? message.text("name");
    if (!name) {
      const field = message.path("tool_call_id");
      throw invalidField(field, `"${field}" is the id of no tool call in the messages before it`);
    }
    this.#addResult(message, { name, id, position: call?.position ?? this.#position });
  }

  #legacyResult(message: RequestFields): void {
    this.#addResult(message, { name: message.requiredText("name"), position: this.#position });
  }

  #addResult(
    message: RequestFields,
    { name, id, position }: KnownCall & { readonly id?: string },
  ): void {
    const parts = contentParts(message, this.#scope.model);
    const text = parts.map((part) => typeof part.text === "string" ? part.text : "").join("");
    const result = {
      name: this.#scope.names.toNative(name),
      id: nativeCallId(id, this.#scope),
      value: text,
      media: parts.filter((part) => !("text" in part)),
    };
    this.#builder.results(resultParts(result, this.#scope), position);
  }
}

/** The arguments of a call; some clients send them as an object. */
function argumentsIn(called: RequestFields): string | JsonObject | undefined {
  const args = called.value("arguments");
  return isJsonObject(args) ? args : called.text("arguments");
}

/** The signature in the field that Google's own OpenAI format has for it. */
function signatureIn(owner: RequestFields): string | undefined {
  return owner.fields("extra_content")?.fields("google")?.text("thought_signature") || undefined;
}
