"""Runs google-generativeai (its REST transport) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

import google.generativeai as genai
from google.api_core import exceptions
from google.generativeai import protos, types

from serve_calls import png_of, serve_calls


def object_schema(field):
    """The schema of an object with one string in it."""
    return protos.Schema(
        type=protos.Type.OBJECT,
        properties={field: protos.Schema(type=protos.Type.STRING)},
        required=[field],
    )


WEATHER = protos.Tool(
    function_declarations=[
        protos.FunctionDeclaration(
            name="get_weather",
            description="The weather in a city.",
            parameters=object_schema("city"),
        )
    ]
)


class Run:
    """One call, and the response that it fills in."""

    def __init__(self, call, answer):
        self.call = call
        self.answer = answer

    def generate(self):
        config = None
        if self.call.get("schema"):
            config = genai.GenerationConfig(
                response_mime_type="application/json", response_schema=object_schema("answer")
            )
        parts = [self.call["prompt"]]
        if "png" in self.call:
            parts.append({"mime_type": "image/png", "data": png_of(self.call)})
        try:
            self._ask(self._model(generation_config=config), parts)
        except types.BlockedPromptException as blocked:
            # While streaming, this SDK raises the response that says so.
            self._note(blocked.args[0])

    def tools(self):
        model = self._model(tools=[WEATHER])
        question = protos.Content(role="user", parts=[protos.Part(text=self.call["prompt"])])
        response = self._ask(model, [question])
        called = self.answer["functionCalls"][0]["name"]
        result = protos.Part(
            function_response=protos.FunctionResponse(name=called, response={"weather": "sunny"})
        )
        self.answer["text"] = ""
        turn = protos.Content(role="user", parts=[result])
        self._ask(model, [question, response.candidates[0].content, turn])

    def count(self):
        counted = self._model().count_tokens(self.call["prompt"])
        self.answer["totalTokens"] = counted.total_tokens

    def list(self):
        models = genai.list_models(page_size=self.call["pageSize"])
        self.answer["models"] = [model.name for model in models]

    def get(self):
        self.answer["models"] = [genai.get_model("models/" + self.call["model"]).name]

    def embed(self):
        texts = self.call["texts"]
        embedded = genai.embed_content(
            "models/" + self.call["model"],
            texts[0] if len(texts) == 1 else texts,
            task_type=self.call.get("taskType", "").lower() or None,
            output_dimensionality=self.call.get("dimensions"),
        )["embedding"]
        self.answer["embeddings"] = [embedded] if len(texts) == 1 else embedded

    def _model(self, **options):
        return genai.GenerativeModel(
            self.call["model"], system_instruction=self.call.get("system"), **options
        )

    def _ask(self, model, contents):
        """Gives the response, which for a stream holds its joined chunks."""
        response = model.generate_content(contents, stream=self.call["stream"])
        for chunk in response if self.call["stream"] else [response]:
            self._note(chunk)
        return response

    def _note(self, response):
        """Adds what one whole response, or one chunk of a stream, says."""
        answer = self.answer
        answer["chunks"] += 1
        candidate = response.candidates[0] if response.candidates else None
        for part in candidate.content.parts if candidate else []:
            answer["text"] += part.text
            if part.function_call.name:
                call = {"name": part.function_call.name, "args": dict(part.function_call.args)}
                answer["functionCalls"].append(call)
        if candidate and candidate.finish_reason:
            answer["finishReason"] = candidate.finish_reason.name
        if response.prompt_feedback.block_reason:
            answer["blockReason"] = response.prompt_feedback.block_reason.name
        if response.usage_metadata.total_token_count:
            answer["usageTotal"] = response.usage_metadata.total_token_count


def run(call, answer):
    genai.configure(
        api_key=call["apiKey"],
        transport="rest",
        client_options={"api_endpoint": call["baseUrl"]},
    )
    getattr(Run(call, answer), call["op"])()


def status_of(error):
    if isinstance(error, exceptions.GoogleAPICallError) and error.code is not None:
        return int(error.code)
    return None


serve_calls(run, status_of)
