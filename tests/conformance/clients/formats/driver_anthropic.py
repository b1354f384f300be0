"""Runs anthropic (Python) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../../client_call.ts. Streams go by its helper, which checks
every event; functions by its runner of the beta API.
"""

from anthropic import Anthropic, beta_tool

from common import MOST_TURNS, call_weather, note_finish, note_text, object_schema
from common import serve_calls, status_of


def messages_of(call):
    content = [{"type": "text", "text": call["prompt"]}]
    if "png" in call:
        source = {"type": "base64", "media_type": "image/png", "data": call["png"]}
        content.append({"type": "image", "source": source})
    if "pdf" in call:
        source = {"type": "base64", "media_type": "application/pdf", "data": call["pdf"]}
        content.append({"type": "document", "source": source, "title": "A page"})
    return [{"role": "user", "content": content}]


def request_of(call):
    request = {"model": call["model"], "max_tokens": 4096, "messages": messages_of(call)}
    if "system" in call:
        cached = {"type": "ephemeral"}
        request["system"] = [{"type": "text", "text": call["system"], "cache_control": cached}]
    if call.get("schema"):
        schema = object_schema("answer")
        request["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    if call["op"] == "think":
        request["thinking"] = {"type": "enabled", "budget_tokens": 1024}
    return request


def note(message, answer):
    thoughts = [block.thinking for block in message.content if block.type == "thinking"]
    answer["thoughts"] = "".join(thoughts)
    note_finish(message.stop_reason, answer)
    answer["usageTotal"] = message.usage.input_tokens + message.usage.output_tokens


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def generate(client, call, answer):
    if not call["stream"]:
        message = client.messages.create(**request_of(call))
        note_text(text_of(message), answer)
        note(message, answer)
        return
    with client.messages.stream(**request_of(call)) as stream:
        for text in stream.text_stream:
            note_text(text, answer)
        note(stream.get_final_message(), answer)


def tools(client, call, answer):
    @beta_tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return call_weather({"city": city}, answer)

    runner = client.beta.messages.tool_runner(
        **request_of(call), tools=[get_weather], max_iterations=MOST_TURNS, stream=call["stream"]
    )
    for turn in runner:
        message = turn.get_final_message() if call["stream"] else turn
        answer["text"] = text_of(message)
    note(message, answer)


def abort(client, call, answer):
    with client.messages.stream(**request_of(call)) as stream:
        for text in stream.text_stream:
            note_text(text, answer)
            return


def count(client, call, answer):
    request = {"model": call["model"], "messages": messages_of(call)}
    answer["totalTokens"] = client.messages.count_tokens(**request).input_tokens


def models(client, call, answer):
    answer["models"] = [model.id for model in client.models.list(limit=5)]
    answer["models"].append(client.models.retrieve(call["model"]).id)


RUN = {
    "generate": generate,
    "think": generate,
    "readDocument": generate,
    "tools": tools,
    "abort": abort,
    "count": count,
    "models": models,
}


def run(call, answer):
    client = Anthropic(api_key=call["apiKey"], base_url=call["baseUrl"])
    RUN[call["op"]](client, call, answer)


serve_calls(run, status_of)
