"""The Python drivers' loop: one line of JSON in, one line of JSON out."""

import base64
import json
import sys

# The JSON schema of an object with the string `answer`.
ANSWER_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
}


def serve_calls(run, status_of):
    """Makes each call on standard input until it ends.

    `run(call, answer)` makes the call and fills the response in; `status_of(error)` gives the HTTP
    status that an exception of the client carries, or None.
    """
    for line in sys.stdin:
        answer = {"text": "", "chunks": 0, "functionCalls": []}
        try:
            run(json.loads(line), answer)
        except Exception as error:
            answer["error"] = {
                "type": type(error).__name__,
                "message": str(error),
                "status": status_of(error),
            }
        print(json.dumps(answer), flush=True)


def png_of(call):
    """The bytes of the call's image."""
    return base64.b64decode(call["png"])
