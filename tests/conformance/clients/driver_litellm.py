"""Runs litellm for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

import json
import os

# Without this it looks for its list of prices in the internet.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

from serve_calls import ANSWER_SCHEMA, serve_calls

# Without this it prints advice among the responses.
litellm.suppress_debug_info = True

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": PARAMETERS,
    },
}


class Run:
    """One call, and the response that it fills in."""

    def __init__(self, call, answer):
        self.call = call
        self.answer = answer
        self.common = {
            "model": f"gemini/{call['model']}",
            "api_base": f"{call['baseUrl']}/v1beta",
            "api_key": call["apiKey"],
        }

    def generate(self):
        options = {}
        if self.call.get("schema"):
            schema = {"name": "answer", "schema": ANSWER_SCHEMA}
            options["response_format"] = {"type": "json_schema", "json_schema": schema}
        system = {"role": "system", "content": self.call.get("system")}
        self._ask([*([system] if "system" in self.call else []), self._user_turn()], options)

    def tools(self):
        messages = [self._user_turn()]
        message = self._ask(messages, {"tools": [WEATHER]})
        messages.append(message)
        for called in message.tool_calls:
            args = json.loads(called.function.arguments)
            self.answer["functionCalls"].append({"name": called.function.name, "args": args})
            result = {"role": "tool", "tool_call_id": called.id, "content": "sunny"}
            messages.append(result)
        self.answer["text"] = ""
        self._ask(messages, {"tools": [WEATHER]})

    def embed(self):
        options = {"dimensions": self.call["dimensions"]} if "dimensions" in self.call else {}
        response = litellm.embedding(
            input=self.call["texts"], task_type=self.call.get("taskType"), **options, **self.common
        )
        self.answer["embeddings"] = [each["embedding"] for each in response.data]

    def _user_turn(self):
        parts = [{"type": "text", "text": self.call["prompt"]}]
        if "png" in self.call:
            url = f"data:image/png;base64,{self.call['png']}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        return {"role": "user", "content": parts}

    def _ask(self, messages, options):
        """Gives the model's turn, which for a stream is its joined chunks."""
        response = litellm.completion(
            messages=messages, stream=self.call["stream"], **options, **self.common
        )
        if self.call["stream"]:
            chunks = []
            for chunk in response:
                chunks.append(chunk)
                self.answer["text"] += chunk.choices[0].delta.content or ""
                self.answer["chunks"] += 1 if chunk.choices[0].delta.content else 0
            response = litellm.stream_chunk_builder(chunks, messages=messages)
        else:
            self.answer["text"] += response.choices[0].message.content or ""
            self.answer["chunks"] += 1
        finish = response.choices[0].finish_reason
        # It says no more of a blocked prompt.
        self.answer["blockReason" if finish == "content_filter" else "finishReason"] = finish.upper()
        self.answer["usageTotal"] = response.usage.total_tokens
        return response.choices[0].message


def run(call, answer):
    getattr(Run(call, answer), call["op"])()


def status_of(error):
    return getattr(error, "status_code", None)


serve_calls(run, status_of)
