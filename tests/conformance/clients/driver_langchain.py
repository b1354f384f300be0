"""Runs langchain-google-genai (Python) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

from functools import lru_cache

from google.genai import errors
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI, GoogleGenerativeAIEmbeddings

from serve_calls import ANSWER_SCHEMA, serve_calls


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return "sunny"


@lru_cache(maxsize=8)
def chat_for(model, key, base_url):
    """Making one takes a tenth of a second."""
    # It would try six times what is exhausted for the day.
    return ChatGoogleGenerativeAI(
        model=model, google_api_key=key, base_url=base_url, max_retries=1
    )


class Run:
    """One call, and the response that it fills in."""

    def __init__(self, call, answer):
        self.call = call
        self.answer = answer

    def generate(self):
        chat = self._chat()
        if self.call.get("schema"):
            chat = chat.bind(response_mime_type="application/json", response_schema=ANSWER_SCHEMA)
        system = [SystemMessage(self.call["system"])] if "system" in self.call else []
        self._ask(chat, [*system, self._user_turn()])

    def tools(self):
        chat = self._chat().bind_tools([get_weather])
        messages = [self._user_turn()]
        messages.append(self._ask(chat, messages))
        for called in messages[-1].tool_calls:
            self.answer["functionCalls"].append({"name": called["name"], "args": called["args"]})
            messages.append(get_weather.invoke(called))
        self.answer["text"] = ""
        self._ask(chat, messages)

    def embed(self):
        embeddings = GoogleGenerativeAIEmbeddings(
            model=self.call["model"],
            google_api_key=self.call["apiKey"],
            base_url=self.call["baseUrl"],
            task_type=self.call.get("taskType"),
            output_dimensionality=self.call.get("dimensions"),
        )
        texts = self.call["texts"]
        if len(texts) == 1:
            self.answer["embeddings"] = [embeddings.embed_query(texts[0])]
        else:
            self.answer["embeddings"] = embeddings.embed_documents(texts)

    def _chat(self):
        return chat_for(self.call["model"], self.call["apiKey"], self.call["baseUrl"])

    def _user_turn(self):
        parts = [{"type": "text", "text": self.call["prompt"]}]
        if "png" in self.call:
            image = {"type": "image", "base64": self.call["png"], "mime_type": "image/png"}
            parts.append(image)
        return HumanMessage(content=parts)

    def _ask(self, chat, messages):
        """Gives the model's turn, which for a stream is its joined chunks."""
        if not self.call["stream"]:
            turn = chat.invoke(messages)
            self._note(turn)
            return turn
        turn = None
        for chunk in chat.stream(messages):
            self._note(chunk)
            turn = chunk if turn is None else turn + chunk
        return turn

    def _note(self, message):
        """Adds what one whole response, or one chunk of a stream, says."""
        answer = self.answer
        answer["text"] += message.text
        metadata = message.response_metadata
        # The chunk that LangChain itself adds to a stream's end has neither.
        answer["chunks"] += 1 if message.content or metadata else 0
        if metadata.get("finish_reason"):
            answer["finishReason"] = metadata["finish_reason"]
        if metadata.get("prompt_feedback", {}).get("block_reason"):
            answer["blockReason"] = str(metadata["prompt_feedback"]["block_reason"])
        if message.usage_metadata:
            answer["usageTotal"] = message.usage_metadata["total_tokens"]


def run(call, answer):
    getattr(Run(call, answer), call["op"])()


def status_of(error):
    """It wraps the errors of google-genai."""
    cause = error.__cause__ or error
    return cause.code if isinstance(cause, errors.APIError) else None


serve_calls(run, status_of)
