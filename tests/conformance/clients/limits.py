"""Makes one call with google-genai that a limit may refuse. Input and output are those of limits.mjs."""

import json
import sys

from google import genai
from google.genai import errors, types

case = json.load(sys.stdin)
retries = {}
if case.get("attempts") is not None:
    retries["retry_options"] = types.HttpRetryOptions(
        attempts=case["attempts"], initial_delay=0.05, jitter=0.05
    )
options = types.HttpOptions(base_url=case["baseUrl"], **retries)
client = genai.Client(api_key=case["key"], http_options=options)
try:
    response = client.models.generate_content(model=case["model"], contents="Hi")
    print(json.dumps({"text": response.text}))
except errors.APIError as error:
    print(json.dumps({"status": error.code, "message": str(error)}))
