"""Runs langchain-google-genai (Python) for the conformance matrix.

Each line of standard input is one call as JSON, each line of standard output its response; the shapes
are `ClientCall` and `ClientResponse` in ../client_call.ts.
"""

from google.genai import errors
from langchain_google_genai import GoogleGenerativeAIEmbeddings

from serve_calls import serve_calls


def embed(call, answer):
    embeddings = GoogleGenerativeAIEmbeddings(
        model=call["model"],
        google_api_key=call["apiKey"],
        base_url=call["baseUrl"],
        task_type=call.get("taskType"),
        output_dimensionality=call.get("dimensions"),
    )
    texts = call["texts"]
    if len(texts) == 1:
        answer["embeddings"] = [embeddings.embed_query(texts[0])]
    else:
        answer["embeddings"] = embeddings.embed_documents(texts)


def run(call, answer):
    {"embed": embed}[call["op"]](call, answer)


def status_of(error):
    """It wraps the errors of google-genai."""
    cause = error.__cause__ or error
    return cause.code if isinstance(cause, errors.APIError) else None


serve_calls(run, status_of)
