"""Sends large bodies that are refused, through http.client. Input and output are those of refused.mjs."""

import http.client
import json
import sys
from urllib.parse import urlsplit


def send(case, body):
    target = urlsplit(case["base"])
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
    try:
        connection.request("POST", target.path + case["path"], body, case["headers"])
        response = connection.getresponse()
        json.load(response)
        return response.status
    except Exception as error:
        return repr(error)
    finally:
        connection.close()


outcomes = []
for case in json.load(sys.stdin):
    body = b"x" * (case["mebibytes"] * 1024 * 1024)
    outcomes.append([send(case, body) for _ in range(case["count"])])
print(json.dumps(outcomes))
