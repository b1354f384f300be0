"""Runs google-genai (Python) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

from google import genai
from google.genai import errors, types

from serve_calls import png_of, serve_calls


def object_schema(field):
    """The schema of an object with one string in it."""
    return types.Schema(
        type="OBJECT", properties={field: types.Schema(type="STRING")}, required=[field]
    )


WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
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
        options = types.HttpOptions(base_url=call["baseUrl"])
        # The client is held on to: when it is collected, its models are closed with it.
        self.client = genai.Client(api_key=call["apiKey"], http_options=options)
        self.models = self.client.models

    def generate(self):
        config = types.GenerateContentConfig(system_instruction=self.call.get("system"))
        if self.call.get("schema"):
            config.response_mime_type = "application/json"
            config.response_schema = object_schema("answer")
        self._ask([self._user_turn()], config)

    def tools(self):
        config = types.GenerateContentConfig(tools=[WEATHER])
        contents = [self._user_turn()]
        contents.append(self._ask(contents, config))
        called = self.answer["functionCalls"][0]["name"]
        result = types.Part.from_function_response(name=called, response={"weather": "sunny"})
        contents.append(types.Content(role="user", parts=[result]))
        self.answer["text"] = ""
        self._ask(contents, config)

    def count(self):
        counted = self.models.count_tokens(model=self.call["model"], contents=self.call["prompt"])
        self.answer["totalTokens"] = counted.total_tokens

    def list(self):
        pager = self.models.list(config={"page_size": self.call["pageSize"]})
        self.answer["models"] = [model.name for model in pager]

    def get(self):
        self.answer["models"] = [self.models.get(model=self.call["model"]).name]

    def embed(self):
        texts = self.call["texts"]
        config = types.EmbedContentConfig(
            task_type=self.call.get("taskType"), output_dimensionality=self.call.get("dimensions")
        )
        # Texts alone in a list would be parts of one content, so have one vector with Gemini Embedding 2.
        contents = [types.Content(role="user", parts=[types.Part(text=text)]) for text in texts]
        response = self.models.embed_content(
            model=self.call["model"],
            contents=texts[0] if len(texts) == 1 else contents,
            config=config,
        )
        self.answer["embeddings"] = [embedding.values for embedding in response.embeddings]

    def _user_turn(self):
        parts = [types.Part(text=self.call["prompt"])]
        if "png" in self.call:
            parts.append(types.Part.from_bytes(data=png_of(self.call), mime_type="image/png"))
        return types.Content(role="user", parts=parts)

    def _ask(self, contents, config):
        """Gives the model's turn as it came, for the conversation to go on with."""
        request = {"model": self.call["model"], "contents": contents, "config": config}
        if not self.call["stream"]:
            response = self.models.generate_content(**request)
            self._note(response)
            return response.candidates[0].content if response.candidates else None
        parts = []
        for chunk in self.models.generate_content_stream(**request):
            parts.extend(self._note(chunk))
        return types.Content(role="model", parts=parts)

    def _note(self, response):
        """Adds what one whole response, or one chunk of a stream, says; gives its parts."""
        answer = self.answer
        answer["chunks"] += 1
        candidate = response.candidates[0] if response.candidates else None
        parts = candidate.content.parts or [] if candidate and candidate.content else []
        for part in parts:
            if part.text and not part.thought:
                answer["text"] += part.text
            if part.function_call:
                call = {"name": part.function_call.name, "args": part.function_call.args}
                answer["functionCalls"].append(call)
        if candidate and candidate.finish_reason:
            answer["finishReason"] = candidate.finish_reason.value
        if response.prompt_feedback and response.prompt_feedback.block_reason:
            answer["blockReason"] = response.prompt_feedback.block_reason.value
        if response.usage_metadata and response.usage_metadata.total_token_count:
            answer["usageTotal"] = response.usage_metadata.total_token_count
        return parts


def run(call, answer):
    getattr(Run(call, answer), call["op"])()


def status_of(error):
    return error.code if isinstance(error, errors.APIError) else None


serve_calls(run, status_of)
