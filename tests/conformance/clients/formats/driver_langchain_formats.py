"""Runs langchain-openai and langchain-anthropic for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../../client_call.ts. The argument says which API it speaks:
`chat`, `responses` or `messages`.
"""

import json
import sys

from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage

from common import MOST_TURNS, WEATHER, call_weather, note_finish, note_text, object_schema
from common import serve_calls, status_of

API = sys.argv[1]
# It would wait for longer than a test does.
MAX_RETRIES = 0

if API == "messages":
    from langchain_anthropic import ChatAnthropic

    def chat_for(call):
        options = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 4096}
        return ChatAnthropic(
            model=call["model"],
            api_key=call["apiKey"],
            base_url=call["baseUrl"] + "/anthropic",
            max_retries=MAX_RETRIES,
            **(options if call["op"] == "think" else {}),
        )

else:
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings

    def chat_for(call):
        reasoning = {"effort": "low", "summary": "auto"}
        return ChatOpenAI(
            model=call["model"],
            api_key=call["apiKey"],
            base_url=call["baseUrl"] + "/openai/v1",
            max_retries=MAX_RETRIES,
            stream_usage=True,
            use_responses_api=API == "responses",
            reasoning=reasoning if call["op"] == "think" else None,
        )


def messages_of(call):
    content = [{"type": "text", "text": call["prompt"]}]
    if "png" in call:
        content.append({"type": "image", "base64": call["png"], "mime_type": "image/png"})
    if "pdf" in call:
        file = {"base64": call["pdf"], "mime_type": "application/pdf", "filename": "page.pdf"}
        content.append({"type": "file", **file})
    system = [SystemMessage(call["system"])] if "system" in call else []
    return [*system, HumanMessage(content=content)]


def ask(chat, messages, call, answer):
    """Gives the model's turn, which for a stream is its joined chunks."""
    if call["stream"]:
        turn = None
        for chunk in chat.stream(messages):
            note_text(chunk.text, answer)
            turn = chunk if turn is None else turn + chunk
    else:
        turn = chat.invoke(messages)
        note_text(turn.text, answer)
    metadata = turn.response_metadata
    reason = metadata.get("finish_reason") or metadata.get("stop_reason")
    details = metadata.get("incomplete_details") or {}
    note_finish(reason or details.get("reason") or metadata.get("status"), answer)
    thoughts = [block for block in turn.content_blocks if block["type"] == "reasoning"]
    answer["thoughts"] = "".join(block.get("reasoning", "") for block in thoughts)
    if turn.usage_metadata:
        answer["usageTotal"] = turn.usage_metadata["total_tokens"]
    return turn


def generate(call, answer):
    chat = chat_for(call)
    if not call.get("schema"):
        ask(chat, messages_of(call), call, answer)
        return
    schema = {"title": "an_answer", "description": "An answer.", **object_schema("answer")}
    shaped = chat.with_structured_output(schema, method="json_schema")
    answer["text"] = json.dumps(shaped.invoke(messages_of(call)))


def tools(call, answer):
    function = {
        "name": WEATHER["name"],
        "description": WEATHER["description"],
        "parameters": WEATHER["schema"],
    }
    chat = chat_for(call).bind_tools([{"type": "function", "function": function}])
    messages = messages_of(call)
    for _ in range(MOST_TURNS):
        answer["text"] = ""
        turn = ask(chat, messages, call, answer)
        if not turn.tool_calls:
            return
        messages.append(turn)
        for called in turn.tool_calls:
            result = call_weather(called["args"], answer)
            messages.append(ToolMessage(result, tool_call_id=called["id"]))


def abort(call, answer):
    stream = chat_for(call).stream(messages_of(call))
    for chunk in stream:
        note_text(chunk.text, answer)
        if answer["text"]:
            break
    stream.close()


def embed(call, answer):
    embeddings = OpenAIEmbeddings(
        model=call["model"],
        api_key=call["apiKey"],
        base_url=call["baseUrl"] + "/openai/v1",
        max_retries=MAX_RETRIES,
        dimensions=call.get("dimensions"),
        # Otherwise it sends the numbers that OpenAI's own tokenizer makes of the text.
        check_embedding_ctx_length=False,
    )
    texts = call["texts"]
    if len(texts) == 1:
        answer["embeddings"] = [embeddings.embed_query(texts[0])]
    else:
        answer["embeddings"] = embeddings.embed_documents(texts)


RUN = {
    "generate": generate,
    "think": generate,
    "readDocument": generate,
    "tools": tools,
    "abort": abort,
    "embed": embed,
}

serve_calls(lambda call, answer: RUN[call["op"]](call, answer), status_of)
