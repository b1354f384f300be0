/**
 * What to paste to point a client at the gateway, with the gateway's address, a key and a model in it.
 *
 * @module
 */
import { CONNECT } from "../texts/connect.js";
import { claudeCodeSnippets, codexSnippets, geminiCliSnippets } from "./agent_snippets.js";
import { PROMPT, shellWord } from "./snippet_words.js";

/** @import { Snippet, Target } from "./snippet_words.js" */

/**
 * A client.
 *
 * @typedef {object} SnippetClient
 * @property {string} id
 * @property {string} name
 * @property {"gemini" | "openai" | "anthropic"} format What it speaks.
 * @property {string} [install] The command that installs it.
 * @property {(target: Target) => readonly Snippet[]} snippets
 */

/**
 * All clients, in the order in which they are shown.
 *
 * @type {readonly SnippetClient[]}
 */
export const SNIPPET_CLIENTS = [
  { id: "curl", name: "curl", format: "gemini", snippets: curlSnippets },
  {
    id: "python",
    name: "Python",
    format: "gemini",
    install: "pip install google-genai",
    snippets: pythonSnippets,
  },
  {
    id: "javascript",
    name: "JavaScript",
    format: "gemini",
    install: "npm install @google/genai",
    snippets: javascriptSnippets,
  },
  {
    id: "go",
    name: "Go",
    format: "gemini",
    install: "go get google.golang.org/genai",
    snippets: goSnippets,
  },
  {
    id: "gemini-cli",
    name: "gemini-cli",
    format: "gemini",
    install: "npm install -g @google/gemini-cli",
    snippets: geminiCliSnippets,
  },
  {
    id: "claude-code",
    name: "Claude Code",
    format: "anthropic",
    install: "npm install -g @anthropic-ai/claude-code",
    snippets: claudeCodeSnippets,
  },
  {
    id: "codex",
    name: "Codex",
    format: "openai",
    install: "npm install -g @openai/codex",
    snippets: codexSnippets,
  },
  {
    id: "openai-python",
    name: "OpenAI for Python",
    format: "openai",
    install: "pip install openai",
    snippets: openaiPythonSnippets,
  },
  {
    id: "openai-javascript",
    name: "OpenAI for JavaScript",
    format: "openai",
    install: "npm install openai",
    snippets: openaiJavascriptSnippets,
  },
];

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function curlSnippets({ url, key, model }) {
  const body = JSON.stringify({ contents: [{ parts: [{ text: PROMPT }] }] });
  /** @param {string} method */
  const call = (method) =>
    [
      `curl -sN ${shellWord(`${url}/v1beta/models/${encodeURIComponent(model)}:${method}`)}`,
      `-H ${shellWord(`x-goog-api-key: ${key}`)}`,
      `-H 'content-type: application/json'`,
      `-d ${shellWord(body)}`,
    ].join(" \\\n  ");
  return [
    { label: CONNECT.labels.response, language: "sh", text: call("generateContent") },
    { label: CONNECT.labels.stream, language: "sh", text: call("streamGenerateContent?alt=sse") },
  ];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function pythonSnippets({ url, key, model }) {
  return [{
    label: "hello.py",
    language: "python",
    text: `from google import genai

client = genai.Client(
    api_key=${JSON.stringify(key)},
    http_options={"base_url": ${JSON.stringify(url)}},
)
for chunk in client.models.generate_content_stream(
    model=${JSON.stringify(model)}, contents=${JSON.stringify(PROMPT)}
):
    print(chunk.text or "", end="", flush=True)`,
  }];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function javascriptSnippets({ url, key, model }) {
  return [{
    label: "hello.mjs",
    language: "js",
    text: `import { GoogleGenAI } from "@google/genai";

const ai = new GoogleGenAI({
  apiKey: ${JSON.stringify(key)},
  httpOptions: { baseUrl: ${JSON.stringify(url)} },
});
const stream = await ai.models.generateContentStream({
  model: ${JSON.stringify(model)},
  contents: ${JSON.stringify(PROMPT)},
});
for await (const chunk of stream) process.stdout.write(chunk.text ?? "");`,
  }];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function goSnippets({ url, key, model }) {
  return [{
    label: "hello.go",
    language: "go",
    text: `package main

import (
	"context"
	"fmt"
	"log"

	"google.golang.org/genai"
)

func main() {
	ctx := context.Background()
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		Backend:     genai.BackendGeminiAPI,
		APIKey:      ${JSON.stringify(key)},
		HTTPOptions: genai.HTTPOptions{BaseURL: ${JSON.stringify(url)}},
	})
	if err != nil {
		log.Fatal(err)
	}
	prompt := genai.Text(${JSON.stringify(PROMPT)})
	for chunk, err := range client.Models.GenerateContentStream(ctx, ${
      JSON.stringify(model)
    }, prompt, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(chunk.Text())
	}
}`,
  }];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function openaiPythonSnippets({ url, key, model }) {
  return [{
    label: "hello.py",
    language: "python",
    text: `from openai import OpenAI

client = OpenAI(
    api_key=${JSON.stringify(key)},
    base_url=${JSON.stringify(`${url}/v1`)},
)
stream = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": ${JSON.stringify(PROMPT)}}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="", flush=True)`,
  }];
}

/**
 * @param {Target} target
 * @returns {Snippet[]}
 */
function openaiJavascriptSnippets({ url, key, model }) {
  return [{
    label: "hello.mjs",
    language: "js",
    text: `import OpenAI from "openai";

const client = new OpenAI({
  apiKey: ${JSON.stringify(key)},
  baseURL: ${JSON.stringify(`${url}/v1`)},
});
const stream = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: "user", content: ${JSON.stringify(PROMPT)} }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0].delta.content ?? "");`,
  }];
}
