"""Runs pydantic-ai for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

import asyncio
from functools import lru_cache

from pydantic import BaseModel
from pydantic_ai import Agent, AgentRunResultEvent, BinaryContent, Embedder, NativeOutput
from pydantic_ai.embeddings.google import GoogleEmbeddingModel
from pydantic_ai.exceptions import ContentFilterError
from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.providers.google import GoogleProvider

from serve_calls import png_of, serve_calls


class Answer(BaseModel):
    answer: str


@lru_cache(maxsize=8)
def provider_for(base_url, api_key):
    """Making one takes a tenth of a second."""
    return GoogleProvider(api_key=api_key, base_url=base_url)


class Run:
    """One call, and the response that it fills in."""

    def __init__(self, call, answer):
        self.call = call
        self.answer = answer
        self.provider = provider_for(call["baseUrl"], call["apiKey"])
        self.model = GoogleModel(call["model"], provider=self.provider)

    async def generate(self):
        output = NativeOutput(Answer) if self.call.get("schema") else str
        await self._ask(
            Agent(self.model, instructions=self.call.get("system"), output_type=output)
        )

    async def tools(self):
        agent = Agent(self.model)

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """The weather in a city."""
            self.answer["functionCalls"].append({"name": "get_weather", "args": {"city": city}})
            return "sunny"

        await self._ask(agent)

    async def embed(self):
        texts = self.call["texts"]
        settings = {
            "google_task_type": self.call.get("taskType"),
            # The texts as they are: it puts instructions before those for gemini-embedding-2.
            "google_task": "raw",
            "dimensions": self.call.get("dimensions"),
        }
        embedder = Embedder(GoogleEmbeddingModel(self.call["model"], provider=self.provider))
        given = {key: value for key, value in settings.items() if value is not None}
        result = await embedder.embed(texts, input_type="document", settings=given)
        self.answer["embeddings"] = [list(vector) for vector in result.embeddings]

    def _prompt(self):
        if "png" not in self.call:
            return self.call["prompt"]
        return [self.call["prompt"], BinaryContent(png_of(self.call), media_type="image/png")]

    async def _ask(self, agent):
        try:
            self._note(await (self._stream if self.call["stream"] else self._run)(agent))
        except ContentFilterError as error:
            self.answer["blockReason"] = str(error)

    async def _run(self, agent):
        result = await agent.run(self._prompt())
        self.answer["chunks"] += 1
        output = result.output
        self.answer["text"] = output if isinstance(output, str) else output.model_dump_json()
        return result

    async def _stream(self, agent):
        """Gives the result at the end of the events."""
        async with agent.run_stream_events(self._prompt()) as events:
            async for event in events:
                if isinstance(event, AgentRunResultEvent):
                    return event.result
                if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                    self._chunk(event.part.content)
                if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                    self._chunk(event.delta.content_delta)

    def _chunk(self, text):
        self.answer["text"] += text
        self.answer["chunks"] += 1

    def _note(self, result):
        details = result.response.provider_details or {}
        self.answer["finishReason"] = details.get("finish_reason")
        self.answer["usageTotal"] = result.usage.total_tokens


RUNNER = asyncio.Runner()


def run(call, answer):
    RUNNER.run(getattr(Run(call, answer), call["op"])())


def status_of(error):
    return getattr(error, "status_code", None)


serve_calls(run, status_of)
