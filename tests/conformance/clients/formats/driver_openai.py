"""Runs openai (Python) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../../client_call.ts. The argument says which API it speaks:
`chat` or `responses`.
"""

import sys

from openai import OpenAI

from common import serve_calls, status_of
from openai_chat import CHAT
from openai_media import MEDIA
from openai_responses import RESPONSES

RUN = {**MEDIA, **(RESPONSES if sys.argv[1] == "responses" else CHAT)}


def run(call, answer):
    client = OpenAI(api_key=call["apiKey"], base_url=call["baseUrl"] + "/v1")
    RUN[call["op"]](client, call, answer)


serve_calls(run, status_of)
