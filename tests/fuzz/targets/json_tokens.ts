/**
 * Pieces and beginnings of JSON texts, for every target that reads JSON.
 *
 * @module
 */

/** What decides how JSON is read. */
export const JSON_TOKENS: readonly string[] = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "null",
    "true",
    "false",
  ],
  ...["-", "0", "1e9", "12345678901234567890", "1.0", "\u2028", "é", "😀", "\ufeff", " \r\n\t"],
  ...['"contents":', '"parts":', '"text":', '"role":', '"error":', '"candidates":', '"response":'],
  ...['"thoughtSignature":', '"thought_signature":', '"functionCall":', '"sessionId":', '"model":'],
  ...['"usageMetadata":', '"finishReason":"STOP"', '"code":429', '"status":"UNAVAILABLE"'],
];

/** A request, a response and an error, as Google's clients and servers write them. */
export const JSON_SEEDS: readonly string[] = [
  '{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}',
  '{"systemInstruction":{"parts":[{"text":"be \\u0061 \\"poet\\""}]},"contents":[{"parts":[{"inline_data":' +
  '{"mime_type":"image/png","data":"AAAA"}}]}],"generationConfig":{"temperature":1.0,"seed":9007199254740993}}',
  '{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":[]}},"thoughtSignature":"c2ln"}]},' +
  '{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"error":"x"}}}]}],"tools":[{}]}',
  '{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]},"finishReason":"STOP","index":0}],' +
  '"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"modelVersion":"m"}',
  '{"response":{"candidates":[{"content":{"parts":[{"text":"x"}]}}]},"traceId":"t"}',
  '{"error":{"code":429,"message":"Quota. Please retry in 56.18s.","status":"RESOURCE_EXHAUSTED","details":' +
  '[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"56s"}]}}',
  '[{"error":{"code":503,"message":"{\\"error\\":{\\"code\\":400}}","status":"UNAVAILABLE"}}\n]',
  "{}",
  "[]",
  " null ",
];
