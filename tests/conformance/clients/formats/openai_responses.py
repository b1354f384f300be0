"""Responses with openai: streams by its helper, which checks every event; functions by the ids of responses."""

import json

from common import MOST_TURNS, WEATHER, call_weather, note_finish, note_text, object_schema


def input_of(call):
    content = [{"type": "input_text", "text": call["prompt"]}]
    if "png" in call:
        url = "data:image/png;base64," + call["png"]
        content.append({"type": "input_image", "image_url": url, "detail": "auto"})
    if "pdf" in call:
        data = "data:application/pdf;base64," + call["pdf"]
        content.append({"type": "input_file", "filename": "page.pdf", "file_data": data})
    return [{"role": "user", "content": content}]


def request_of(call):
    request = {"model": call["model"], "input": input_of(call)}
    if "system" in call:
        request["instructions"] = call["system"]
    if call.get("schema"):
        schema = {"name": "an_answer", "strict": True, "schema": object_schema("answer")}
        request["text"] = {"format": {"type": "json_schema", **schema}}
    if call["op"] == "think":
        request["reasoning"] = {"effort": "low", "summary": "auto"}
    return request


def respond(client, request, call, answer):
    """One response, streamed or whole."""
    if not call["stream"]:
        response = client.responses.create(**request)
        note_text(response.output_text, answer)
        return response
    with client.responses.stream(**request) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                note_text(event.delta, answer)
            # Of such a response, the helper has nothing at the end.
            if event.type == "response.incomplete":
                return event.response
        return stream.get_final_response()


def note(response, answer):
    reasoning = [item for item in response.output if item.type == "reasoning"]
    answer["thoughts"] = "".join(part.text for item in reasoning for part in item.summary)
    details = response.incomplete_details
    note_finish(details.reason if details else response.status, answer)
    if response.usage:
        answer["usageTotal"] = response.usage.total_tokens


def generate(client, call, answer):
    note(respond(client, request_of(call), call, answer), answer)


def tools(client, call, answer):
    function = {
        "type": "function",
        "name": WEATHER["name"],
        "description": WEATHER["description"],
        "parameters": WEATHER["schema"],
        "strict": True,
    }
    request = {**request_of(call), "tools": [function]}
    for _ in range(MOST_TURNS):
        answer["text"] = ""
        response = respond(client, request, call, answer)
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            note(response, answer)
            return
        request["previous_response_id"] = response.id
        request["input"] = [
            {
                "type": "function_call_output",
                "call_id": called.call_id,
                "output": call_weather(json.loads(called.arguments), answer),
            }
            for called in calls
        ]


def continue_response(client, call, answer):
    first = respond(client, request_of(call), call, answer)
    answer["text"] = ""
    answer["chunks"] = 0
    request = {"model": call["model"], "input": "And what did I say before?"}
    request["previous_response_id"] = first.id
    note(respond(client, request, call, answer), answer)


def abort(client, call, answer):
    with client.responses.stream(**request_of(call)) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                note_text(event.delta, answer)
                return


RESPONSES = {
    "generate": generate,
    "think": generate,
    "readDocument": generate,
    "tools": tools,
    "continueResponse": continue_response,
    "abort": abort,
}
