/**
 * The cases of embeddings: each vector is that of its text, its task type and its length, whatever
 * account serves it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findModel } from "../../../src/emulator/models/catalogue.ts";
import { embeddingVector } from "../../../src/emulator/embeddings/embedding_vector.ts";
import { ask, assertGood, assertRaised, type Case } from "./case.ts";
import type { Client, ClientCall, ClientResponse } from "../client_call.ts";
import type { Testbed } from "../testbed.ts";

/** Vertex AI has one method for this model, whose vectors depend on task types, and another for the next. */
const OLD_MODEL = "gemini-embedding-001";
const NEW_MODEL = "gemini-embedding-2";

const TASK_TYPES = [
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
];

/** Each is a call of its own for an account of Vertex AI. */
const TEXTS = Array.from({ length: 12 }, (_, index) => `Text ${index}: Grüße, 😀`);

/** How far the values of a vector may be off: some clients hold them in 32 bits. */
const ROUNDING = 1e-6;

/** What is asked of a client. */
type Question = Pick<ClientCall, "texts" | "taskType" | "dimensions">;

/** A question, and the models that are asked it. Default: both. */
type AskedQuestion = Question & { readonly models?: readonly string[] };

/** The cases, in the order of their rows. */
export const EMBEDDING_CASES: readonly Case[] = [
  {
    title: "embedding of a text",
    appliesTo: canEmbed,
    async run(client, bed) {
      if (bed.kind === "code-assist") await checkRefusal(client, bed);
      else await checkResponses([{ texts: TEXTS.slice(0, 1) }], { client, bed });
    },
  },
  embedding("embeddings of a batch, in order", [{ texts: TEXTS, dimensions: 8 }]),
  {
    ...embedding("embeddings of fewer dimensions", [
      { texts: TEXTS.slice(0, 1), dimensions: 768 },
      { texts: TEXTS.slice(0, 2), dimensions: 256 },
    ]),
    appliesTo: (client) => canEmbed(client) && canShorten(client),
  },
  {
    ...embedding(
      "embeddings for task types",
      TASK_TYPES.map((taskType) => ({
        texts: TEXTS.slice(0, 1),
        taskType,
        dimensions: 8,
        models: [OLD_MODEL],
      })),
    ),
    appliesTo: (client) => canEmbed(client) && hasTaskTypes(client),
  },
];

/** A case of accounts that can embed. What the others say is in the first case. */
function embedding(title: string, questions: readonly AskedQuestion[]): Case {
  return {
    title,
    appliesTo: canEmbed,
    async run(client, bed) {
      if (bed.kind !== "code-assist") await checkResponses(questions, { client, bed });
    },
  };
}

/** Code Assist has no embeddings: the client learns what kind of account has them. */
async function checkRefusal(client: Client, bed: Testbed): Promise<void> {
  const question = { texts: TEXTS.slice(0, 1), model: OLD_MODEL } as const;
  const response = await ask(client, bed, { ...question, op: "embed" });
  assertRaised(response, { status: 400, words: /gemini-api or vertex/ });
}

/** Asks each question. */
async function checkResponses(
  questions: readonly AskedQuestion[],
  by: { readonly client: Client; readonly bed: Testbed },
): Promise<void> {
  const { client, bed } = by;
  for (const { dimensions, models = [OLD_MODEL, NEW_MODEL], ...rest } of questions) {
    for (const model of models) {
      // Some clients choose a task type where they are told none.
      const question = {
        ...(hasTaskTypes(client) ? { taskType: "SEMANTIC_SIMILARITY" } : {}),
        ...rest,
        ...(dimensions === undefined || !canShorten(client) ? {} : { dimensions }),
        model,
      };
      const response = await ask(client, bed, { ...question, op: "embed" });
      assertGood(response);
      assertVectors(response, question);
    }
  }
}

/** Rejects unless each text has its own vector. */
function assertVectors(
  { embeddings = [] }: ClientResponse,
  question: Question & { readonly model: string },
): void {
  const { texts = [], model, taskType, dimensions } = question;
  assert.equal(embeddings.length, texts.length, "there is not one vector for each text");
  const known = findModel(model, "generativelanguage.googleapis.com")?.embedding;
  assert.ok(known !== undefined);
  for (const [index, content] of texts.entries()) {
    const expected = embeddingVector({ content, taskType, dimensions }, known);
    const found = embeddings[index] ?? [];
    assert.equal(found.length, expected.length, `the length of vector ${index}`);
    const isSame = expected.every((value, at) => Math.abs(value - (found[at] ?? 2)) < ROUNDING);
    assert.ok(isSame, `vector ${index} of ${model} is not that of its text and task type`);
  }
}

function canEmbed(client: Client): boolean {
  return client.ops.has("embed");
}

/** OpenAI's API has none. */
function hasTaskTypes({ api }: Client): boolean {
  return api === "gemini";
}

/** Whether the client can ask for fewer dimensions: all but one can. */
function canShorten(client: Client): boolean {
  return !client.name.startsWith("@google/generative-ai ");
}
