"""Chat completions with openai: streams by its helper, which checks every chunk."""

import json

from openai import ContentFilterFinishReasonError

from common import MOST_TURNS, WEATHER, call_weather, note_finish, note_text, object_schema


def messages_of(call):
    content = [{"type": "text", "text": call["prompt"]}]
    if "png" in call:
        url = "data:image/png;base64," + call["png"]
        content.append({"type": "image_url", "image_url": {"url": url}})
    if "pdf" in call:
        data = "data:application/pdf;base64," + call["pdf"]
        content.append({"type": "file", "file": {"filename": "page.pdf", "file_data": data}})
    system = [{"role": "system", "content": call["system"]}] if "system" in call else []
    return [*system, {"role": "user", "content": content}]


def request_of(call):
    request = {"model": call["model"], "messages": messages_of(call)}
    if call.get("schema"):
        schema = {"name": "an_answer", "strict": True, "schema": object_schema("answer")}
        request["response_format"] = {"type": "json_schema", "json_schema": schema}
    if call["op"] == "think":
        request["reasoning_effort"] = "low"
    if call["stream"]:
        request["stream_options"] = {"include_usage": True}
    return request


def complete(client, request, call, answer):
    """One completion, streamed or whole."""
    answer["thoughts"] = ""
    if not call["stream"]:
        completion = client.chat.completions.create(**request)
        message = completion.choices[0].message
        note_text(message.content, answer)
        answer["thoughts"] = getattr(message, "reasoning_content", None) or ""
        return completion
    with client.chat.completions.stream(**request) as stream:
        for event in stream:
            if event.type == "content.delta":
                note_text(event.delta, answer)
            if event.type == "chunk" and event.chunk.choices:
                delta = event.chunk.choices[0].delta
                answer["thoughts"] += getattr(delta, "reasoning_content", None) or ""
        return stream.get_final_completion()


def note(completion, answer):
    note_finish(completion.choices[0].finish_reason, answer)
    answer["usageTotal"] = completion.usage.total_tokens


def generate(client, call, answer):
    try:
        note(complete(client, request_of(call), call, answer), answer)
    except ContentFilterFinishReasonError:
        # The helper of streams raises it, without what it is about.
        note_finish("content_filter", answer)


def tools(client, call, answer):
    function = {
        "name": WEATHER["name"],
        "description": WEATHER["description"],
        "parameters": WEATHER["schema"],
        "strict": True,
    }
    request = {**request_of(call), "tools": [{"type": "function", "function": function}]}
    for _ in range(MOST_TURNS):
        answer["text"] = ""
        completion = complete(client, request, call, answer)
        message = completion.choices[0].message
        if not message.tool_calls:
            note(completion, answer)
            return
        request["messages"].append(message)
        for called in message.tool_calls:
            result = call_weather(json.loads(called.function.arguments), answer)
            turn = {"role": "tool", "tool_call_id": called.id, "content": result}
            request["messages"].append(turn)


def abort(client, call, answer):
    with client.chat.completions.stream(**request_of(call)) as stream:
        for event in stream:
            if event.type == "content.delta":
                note_text(event.delta, answer)
                return


CHAT = {
    "generate": generate,
    "think": generate,
    "readDocument": generate,
    "tools": tools,
    "abort": abort,
}
