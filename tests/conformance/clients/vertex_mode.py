"""Runs google-genai in Vertex mode. Input and output are those of vertex_mode.mjs."""

import json
import sys

from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

case = json.load(sys.stdin)
key, models = case["key"], case["models"]
options = types.HttpOptions(base_url=case["baseUrl"])
if case.get("place") is None:
    client = genai.Client(vertexai=True, api_key=key, http_options=options)
else:
    client = genai.Client(
        vertexai=True,
        credentials=Credentials(token=key),
        http_options=options,
        **case["place"],
    )


def stream():
    chunks = client.models.generate_content_stream(
        model=models["chat"], contents="Say something made up"
    )
    return "".join(chunk.text or "" for chunk in chunks)


def embed(model):
    config = types.EmbedContentConfig(task_type="CLUSTERING", output_dimensionality=16)
    embedded = client.models.embed_content(model=model, contents="a", config=config)
    return [len(embedding.values) for embedding in embedded.embeddings]


def video():
    source = types.GenerateVideosSource(prompt="A cat")
    operation = client.models.generate_videos(model=models["videos"], source=source)
    while not operation.done:
        operation = client.operations.get(operation=operation)
    made = operation.response.generated_videos[0].video
    return made.uri or made.video_bytes.decode("latin-1")


def caches():
    config = types.CreateCachedContentConfig(contents="x" * 20_000, ttl="600s")
    made = client.caches.create(model=models["chat"], config=config)
    got = client.caches.get(name=made.name)
    listed = [cache.name for cache in client.caches.list()]
    updated = client.caches.update(
        name=made.name, config=types.UpdateCachedContentConfig(ttl="7200s")
    )
    used = client.models.generate_content(
        model=models["chat"],
        contents="a",
        config=types.GenerateContentConfig(cached_content=made.name),
    )
    client.caches.delete(name=made.name)
    return {
        "got": got.name == made.name,
        "listed": made.name in listed,
        "updated": updated.expire_time > made.expire_time,
        "used": used.usage_metadata.cached_content_token_count > 0,
        "gone": isinstance(outcome_of(lambda: client.caches.get(name=made.name)), int),
    }


CALLS = {
    "generate": lambda: client.models.generate_content(
        model=models["chat"],
        contents="Say something made up",
        config=types.GenerateContentConfig(system_instruction="Be short", temperature=0.5),
    ).text,
    "stream": stream,
    "count": lambda: client.models.count_tokens(
        model=models["chat"],
        contents="a",
        config=types.CountTokensConfig(system_instruction="Be short"),
    ).total_tokens,
    "list": lambda: [model.name for model in client.models.list(config={"page_size": 5})],
    "get": lambda: client.models.get(model=models["chat"]).name,
    "embed": lambda: embed(models["embeds"]),
    "caches": caches,
    "predict": lambda: embed(models["predicts"]),
    "video": video,
}


def outcome_of(call):
    try:
        return call()
    except errors.APIError as error:
        return error.code


print(json.dumps({name: outcome_of(call) for name, call in CALLS.items()}))
