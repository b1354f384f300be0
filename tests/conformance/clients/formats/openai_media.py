"""What else openai calls: embeddings, images, audio, models and legacy completions."""

import base64

from common import note_finish, note_text


def embed(client, call, answer):
    texts = call["texts"]
    request = {"model": call["model"], "input": texts[0] if len(texts) == 1 else texts}
    if "dimensions" in call:
        request["dimensions"] = call["dimensions"]
    answer["embeddings"] = [item.embedding for item in client.embeddings.create(**request).data]


def models(client, call, answer):
    answer["models"] = [model.id for model in client.models.list()]
    answer["models"].append(client.models.retrieve(call["model"]).id)


def complete(client, call, answer):
    request = {"model": call["model"], "prompt": call["prompt"], "max_tokens": 500}
    if not call["stream"]:
        completion = client.completions.create(**request)
        note_text(completion.choices[0].text, answer)
        note_finish(completion.choices[0].finish_reason, answer)
        answer["usageTotal"] = completion.usage.total_tokens
        return
    options = {"stream": True, "stream_options": {"include_usage": True}}
    for chunk in client.completions.create(**request, **options):
        for choice in chunk.choices:
            note_text(choice.text, answer)
            note_finish(choice.finish_reason, answer)
        if chunk.usage:
            answer["usageTotal"] = chunk.usage.total_tokens


def make_image(client, call, answer):
    request = {"model": call["model"], "prompt": call["prompt"], "size": "1536x1024"}
    answer["media"] = client.images.generate(**request, quality="high", n=1).data[0].b64_json


def edit_image(client, call, answer):
    image = ("dot.png", base64.b64decode(call["png"]), "image/png")
    request = {"model": call["model"], "prompt": call["prompt"], "size": "1024x1024"}
    answer["media"] = client.images.edit(**request, image=image).data[0].b64_json


def transcribe(client, call, answer):
    file = ("words.wav", base64.b64decode(call["audio"]), "audio/wav")
    note_text(client.audio.transcriptions.create(model=call["model"], file=file).text, answer)


def speak(client, call, answer):
    request = {"model": call["model"], "input": call["prompt"], "voice": "alloy"}
    response = client.audio.speech.create(**request, response_format="wav")
    answer["media"] = base64.b64encode(response.read()).decode()


MEDIA = {
    "embed": embed,
    "models": models,
    "complete": complete,
    "makeImage": make_image,
    "editImage": edit_image,
    "transcribe": transcribe,
    "speak": speak,
}
