/**
 * The messages of a request as native contents.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-messages}
 * @module
 */
import { type FieldRule, ignored, mapped } from "../../../field_rule.ts";
import { type BuiltContents, ContentsBuilder } from "../../../shared/request/contents_builder.ts";
import { checkFields } from "../../../shared/fields/field_check.ts";
import type { CallScope } from "../../../shared/request/function_calls.ts";
import { invalidField, nothingSaid } from "../../../shared/fields/invalid_field.ts";
import { RequestFields } from "../../../shared/fields/request_fields.ts";
import { assistantParts } from "./assistant_parts.ts";
import { checkBlock, TEXT_OR_BLOCKS } from "./block_fields.ts";
import { systemTexts } from "./system_texts.ts";
import { toolResultParts } from "./tool_result.ts";
import { userParts } from "./user_parts.ts";

/** The fields of a message. */
export const MESSAGE_FIELDS: readonly FieldRule[] = [
  mapped("role", "`user` or `model`; `system` becomes a text of the user"),
  mapped("content", "`parts`"),
  mapped("clear_at", "`next_user_message`: a `system` message is left out after that message"),
  ignored("output_config", "of a `system` message; only that of the request counts"),
];

/** The conversation of a request. */
export function conversationOf(body: RequestFields, scope: CallScope): BuiltContents {
  const conversation = new Conversation(scope);
  for (const text of systemTexts(body, "system")) conversation.contents.system(text);
  const messages = body.objects("messages");
  if (messages.length === 0) {
    throw invalidField("messages", '"messages" is missing or empty: add a message of the user');
  }
  const lastOfUser = messages.findLastIndex(({ object }) => object.role === "user");
  for (const [index, message] of messages.entries()) {
    conversation.add(message, { isBeforeUser: index < lastOfUser });
  }
  const built = conversation.contents.build();
  if (built.contents.length === 0) throw nothingSaid();
  return built;
}

class Conversation {
  readonly contents = new ContentsBuilder();
  readonly #scope: CallScope;
  /** The native names of the called functions, by the ids of the calls. */
  readonly #functions = new Map<string, string>();

  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  /** @param place Whether a message of the user follows. */
  add(message: RequestFields, place: { readonly isBeforeUser: boolean }): void {
    checkFields(message.object, MESSAGE_FIELDS, { path: message.place });
    switch (message.requiredText("role")) {
      case "user":
        return this.#user(blocksOf(message));
      case "assistant":
        return this.#assistant(blocksOf(message));
      case "system":
        return this.#system(message, place);
      default: {
        const field = message.path("role");
        throw invalidField(field, `"${field}" has to be user, assistant or system`);
      }
    }
  }

  #user(blocks: readonly RequestFields[]): void {
    const results: RequestFields[] = [];
    const others: RequestFields[] = [];
    for (const block of blocks) {
      (block.object.type === "tool_result" ? results : others).push(block);
    }
    const given = { scope: this.#scope, functions: this.#functions };
    this.contents.results(results.flatMap((block) => {
      checkBlock(block);
      return toolResultParts(block, given);
    }));
    this.contents.user(others.flatMap(userParts));
  }

  #assistant(blocks: readonly RequestFields[]): void {
    this.contents.model(assistantParts(blocks, this.#scope));
    for (const { object: { type, id, name } } of blocks) {
      if (type !== "tool_use" || typeof id !== "string" || typeof name !== "string") continue;
      this.#functions.set(id, this.#scope.names.toNative(name));
    }
  }

  /** A message of the system amid the conversation stays there, so that the prompt before it stays the same. */
  #system(
    message: RequestFields,
    { isBeforeUser }: { readonly isBeforeUser: boolean },
  ): void {
    const texts = typeof message.object.content === "string"
      ? systemTexts(message, "content")
      : message.objects("content", TEXT_OR_BLOCKS).flatMap((block) => {
        const type = checkBlock(block);
        if (type === "text") return [block.presentText("text")];
        if (type === "tool_addition" || type === "tool_removal") return [];
        const field = block.path("type");
        throw invalidField(field, `"${field}" has to be text, tool_addition or tool_removal`);
      });
    const isGone = isBeforeUser && message.text("clear_at") === "next_user_message";
    if (!isGone) this.contents.user(texts.map((text) => ({ text })));
  }
}

/** The blocks of a message. A text stands for one block of text. */
function blocksOf(message: RequestFields): RequestFields[] {
  const { content } = message.object;
  if (typeof content !== "string") return message.objects("content", TEXT_OR_BLOCKS);
  return [new RequestFields({ type: "text", text: content }, message.path("content"))];
}
