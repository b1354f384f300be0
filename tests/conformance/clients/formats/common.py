"""What the drivers of OpenAI's and Anthropic's clients in Python share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from serve_calls import serve_calls  # noqa: E402, F401


def object_schema(field):
    """The JSON schema of an object with one string in it."""
    return {
        "type": "object",
        "properties": {field: {"type": "string"}},
        "required": [field],
        "additionalProperties": False,
    }


# The one function that the drivers offer.
WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "schema": object_schema("city"),
}

# The most turns of a conversation with functions.
MOST_TURNS = 5

# Gemini's words for why a response ended, by those of the other APIs.
FINISH_REASONS = {
    "stop": "STOP",
    "end_turn": "STOP",
    "completed": "STOP",
    "length": "MAX_TOKENS",
    "max_tokens": "MAX_TOKENS",
    "max_output_tokens": "MAX_TOKENS",
    "content_filter": "SAFETY",
    "refusal": "SAFETY",
}


def call_weather(args, answer):
    """Notes a call of the function; gives its result."""
    answer["functionCalls"].append({"name": WEATHER["name"], "args": args})
    return f"It is sunny in {args['city']}."


def note_finish(reason, answer):
    """Notes why a response ended; one that was stopped without any text was a blocked prompt."""
    if reason is None:
        return
    answer["finishReason"] = FINISH_REASONS.get(reason, reason)
    if answer["finishReason"] == "SAFETY" and answer["text"] == "":
        answer["blockReason"] = "SAFETY"


def note_text(text, answer):
    """Notes a chunk of text."""
    if text:
        answer["chunks"] += 1
        answer["text"] += text


def status_of(error):
    """The HTTP status that an exception carries, or the one that it wraps."""
    return getattr(error, "status_code", None) or getattr(error.__cause__, "status_code", None)
