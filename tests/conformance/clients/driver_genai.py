"""Runs google-genai (Python) for the conformance matrix; with the argument `async`, by its asynchronous half,
which calls through aiohttp where that is installed.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

import asyncio
import io
import sys
from functools import lru_cache

from google import genai
from google.genai import errors, types

from batches_genai import BatchRun
from interactions_genai import InteractionRun
from live_calls import LiveCalls
from serve_calls import png_of, serve_calls
from stores_genai import StoreRun
from videos_genai import VideoRun


def object_schema(field):
    """The schema of an object with one string in it."""
    return types.Schema(
        type="OBJECT", properties={field: types.Schema(type="STRING")}, required=[field]
    )


IS_ASYNC = sys.argv[1:] == ["async"]

WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            description="The weather in a city.",
            parameters=object_schema("city"),
        )
    ]
)


class Awaited:
    """A synchronous part of the client, which is called as the asynchronous one is."""

    def __init__(self, part):
        self.part = part

    def __getattr__(self, name):
        async def call(**options):
            result = getattr(self.part, name)(**options)
            return each_of(result) if hasattr(result, "__next__") else result

        return call


async def each_of(items):
    for item in items:
        yield item


@lru_cache(maxsize=8)
def client_for(base_url, api_key, version=None):
    """Making one takes a tenth of a second."""
    options = types.HttpOptions(base_url=base_url, api_version=version)
    return genai.Client(api_key=api_key, http_options=options)


class Run(InteractionRun, BatchRun, LiveCalls, StoreRun, VideoRun):
    """One call, and the response that it fills in."""

    def __init__(self, call, answer):
        self.call = call
        self.answer = answer
        client = client_for(call["baseUrl"], call["apiKey"], call.get("version"))
        self.client = client
        half = client.aio if IS_ASYNC else client
        self.half = half
        parts = (half.models, half.files, half.caches, half.batches, half.operations)
        called = parts if IS_ASYNC else map(Awaited, parts)
        self.models, self.files, self.caches, self.batches, self.operations = called

        stores = half.file_search_stores
        parts = (stores, stores.documents)
        called = parts if IS_ASYNC else map(Awaited, parts)
        self.stores, self.documents = called

    @property
    def interactions(self):
        return self.half.interactions

    async def live(self):
        await super().live(WEATHER)

    async def createToken(self):
        await self.create_token()

    async def generate(self):
        config = types.GenerateContentConfig(
            system_instruction=self.call.get("system"), cached_content=self.call.get("cache")
        )
        if self.call.get("store"):
            search = types.FileSearch(file_search_store_names=[self.call["store"]])
            config.tools = [types.Tool(file_search=search)]
        if self.call.get("schema"):
            config.response_mime_type = "application/json"
            config.response_schema = object_schema("answer")
        await self._ask([self._user_turn()], config)

    async def tools(self):
        config = types.GenerateContentConfig(tools=[WEATHER])
        contents = [self._user_turn()]
        contents.append(await self._ask(contents, config))
        called = self.answer["functionCalls"][0]["name"]
        result = types.Part.from_function_response(name=called, response={"weather": "sunny"})
        contents.append(types.Content(role="user", parts=[result]))
        self.answer["text"] = ""
        await self._ask(contents, config)

    async def count(self):
        counted = await self.models.count_tokens(model=self.call["model"], contents=self.call["prompt"])
        self.answer["totalTokens"] = counted.total_tokens

    async def list(self):
        pager = await self.models.list(config={"page_size": self.call["pageSize"]})
        self.answer["models"] = [model.name async for model in pager]

    async def get(self):
        self.answer["models"] = [(await self.models.get(model=self.call["model"])).name]

    async def embed(self):
        texts = self.call["texts"]
        config = types.EmbedContentConfig(
            task_type=self.call.get("taskType"), output_dimensionality=self.call.get("dimensions")
        )
        # Texts alone in a list would be parts of one content, so have one vector with Gemini Embedding 2.
        contents = [types.Content(role="user", parts=[types.Part(text=text)]) for text in texts]
        response = await self.models.embed_content(
            model=self.call["model"],
            contents=texts[0] if len(texts) == 1 else contents,
            config=config,
        )
        self.answer["embeddings"] = [embedding.values for embedding in response.embeddings]

    async def upload(self):
        file = self.call.get("path") or io.BytesIO(self.call["texts"][0].encode())
        config = types.UploadFileConfig(mime_type="text/plain")
        self._tell_file(await self.files.upload(file=file, config=config))

    async def listFiles(self):
        async for file in await self.files.list(config={"page_size": self.call["pageSize"]}):
            self._tell_file(file)

    async def getFile(self):
        self._tell_file(await self.files.get(name=self.call["name"]))

    async def deleteFile(self):
        await self.files.delete(name=self.call["name"])

    async def createCache(self):
        texts = self.call["texts"]
        config = types.CreateCachedContentConfig(
            contents=[types.Content(role="user", parts=[types.Part(text=text)]) for text in texts],
            ttl=f"{self.call['ttlSeconds']}s",
        )
        self._tell_cache(await self.caches.create(model=self.call["model"], config=config))

    async def listCaches(self):
        async for cache in await self.caches.list(config={"page_size": self.call["pageSize"]}):
            self._tell_cache(cache)

    async def getCache(self):
        self._tell_cache(await self.caches.get(name=self.call["name"]))

    async def updateCache(self):
        config = types.UpdateCachedContentConfig(ttl=f"{self.call['ttlSeconds']}s")
        self._tell_cache(await self.caches.update(name=self.call["name"], config=config))

    async def deleteCache(self):
        await self.caches.delete(name=self.call["name"])

    def _tell_file(self, file):
        self._tell(
            name=file.name,
            uri=file.uri,
            mimeType=file.mime_type,
            sizeBytes=file.size_bytes,
            state=file.state and file.state.value,
        )

    def _tell_cache(self, cache):
        expires = cache.expire_time and cache.expire_time.isoformat()
        self._tell(name=cache.name, model=cache.model, expireTime=expires)

    def _tell(self, **fields):
        told = {name: value for name, value in fields.items() if value is not None}
        self.answer.setdefault("resources", []).append(told)

    def _user_turn(self):
        parts = [types.Part(text=self.call["prompt"])]
        if "png" in self.call:
            parts.append(types.Part.from_bytes(data=png_of(self.call), mime_type="image/png"))
        for file in self.call.get("files", []):
            parts.append(types.Part.from_uri(file_uri=file["uri"], mime_type=file["mimeType"]))
        return types.Content(role="user", parts=parts)

    async def _ask(self, contents, config):
        """Gives the model's turn as it came, for the conversation to go on with."""
        request = {"model": self.call["model"], "contents": contents, "config": config}
        if not self.call["stream"]:
            response = await self.models.generate_content(**request)
            self._note(response)
            return response.candidates[0].content if response.candidates else None
        parts = []
        async for chunk in await self.models.generate_content_stream(**request):
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


RUNNER = asyncio.Runner()


def run(call, answer):
    RUNNER.run(getattr(Run(call, answer), call["op"])())


def status_of(error):
    # The errors of interactions have another name for it.
    return error.code if isinstance(error, errors.APIError) else getattr(error, "status_code", None)


serve_calls(run, status_of)
