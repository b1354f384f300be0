"""Runs llm for the conformance matrix, with models of its file extra-openai-models.yaml.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../../client_call.ts.
"""

import base64
import os
import tempfile
from pathlib import Path

# llm reads this when it is imported.
FOLDER = tempfile.TemporaryDirectory()
os.environ["LLM_USER_PATH"] = FOLDER.name

import llm  # noqa: E402

from common import MOST_TURNS, call_weather, note_text, object_schema  # noqa: E402
from common import serve_calls, status_of  # noqa: E402

MODEL_FILE = """
- model_id: through-pollux
  model_name: {model}
  api_base: "{url}/v1"
  api_key_name: pollux
  vision: true
  supports_schema: true
  supports_tools: true
"""


def model_for(call):
    text = MODEL_FILE.format(model=call["model"], url=call["baseUrl"])
    (Path(FOLDER.name) / "extra-openai-models.yaml").write_text(text)
    return llm.get_model("through-pollux")


def options_of(call):
    options = {"stream": call["stream"], "key": call["apiKey"]}
    if "system" in call:
        options["system"] = call["system"]
    attachments = []
    if "png" in call:
        png = base64.b64decode(call["png"])
        attachments.append(llm.Attachment(type="image/png", content=png))
    if "pdf" in call:
        pdf = base64.b64decode(call["pdf"])
        attachments.append(llm.Attachment(type="application/pdf", content=pdf))
    return {**options, "attachments": attachments}


def generate(call, answer):
    schema = object_schema("answer") if call.get("schema") else None
    response = model_for(call).prompt(call["prompt"], schema=schema, **options_of(call))
    for text in response:
        note_text(text, answer)
    usage = response.usage()
    answer["usageTotal"] = (usage.input or 0) + (usage.output or 0)


def tools(call, answer):
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return call_weather({"city": city}, answer)

    options = {**options_of(call), "tools": [get_weather], "chain_limit": MOST_TURNS}
    chain = model_for(call).conversation().chain(call["prompt"], **options)
    for response in chain.responses():
        answer["text"] = response.text()
    answer["chunks"] = 1


RUN = {"generate": generate, "tools": tools, "readDocument": generate}

serve_calls(lambda call, answer: RUN[call["op"]](call, answer), status_of)
