/**
 * What else `openai` calls: embeddings, images, audio, models and legacy completions.
 *
 * @module
 */
import { toFile } from "openai";
import { bytesOf, noteFinish, noteText } from "./common.mjs";

/** The methods, by operation. */
export const MEDIA = {
  async embed({ client, call, answer }) {
    const { model, texts, dimensions } = call;
    const input = texts.length === 1 ? texts[0] : texts;
    const { data } = await client.embeddings.create({
      model,
      input,
      dimensions,
    });
    answer.embeddings = data.map(({ embedding }) => embedding);
  },

  async models({ client, call, answer }) {
    answer.models = [];
    for await (const { id } of client.models.list()) answer.models.push(id);
    const { id } = await client.models.retrieve(call.model);
    answer.models.push(id);
  },

  async complete({ client, call, answer }) {
    const { model, prompt, stream } = call;
    const request = { model, prompt, max_tokens: 500 };
    if (!stream) {
      const { choices: [choice], usage } = await client.completions.create(
        request,
      );
      noteText(choice.text, answer);
      noteFinish(choice.finish_reason, answer);
      answer.usageTotal = usage.total_tokens;
      return;
    }
    const options = { stream: true, stream_options: { include_usage: true } };
    for await (
      const chunk of await client.completions.create({ ...request, ...options })
    ) {
      const [choice] = chunk.choices;
      noteText(choice?.text, answer);
      if (choice?.finish_reason) noteFinish(choice.finish_reason, answer);
      answer.usageTotal = chunk.usage?.total_tokens ?? answer.usageTotal;
    }
  },

  async makeImage({ client, call, answer }) {
    const { model, prompt } = call;
    const size = "1536x1024";
    const { data } = await client.images.generate({
      model,
      prompt,
      size,
      quality: "high",
      n: 1,
    });
    answer.media = data[0].b64_json;
  },

  async editImage({ client, call, answer }) {
    const { model, prompt } = call;
    const image = await toFile(bytesOf(call.png), "dot.png", {
      type: "image/png",
    });
    const { data } = await client.images.edit({
      model,
      prompt,
      image,
      size: "1024x1024",
    });
    answer.media = data[0].b64_json;
  },

  async transcribe({ client, call, answer }) {
    const file = await toFile(bytesOf(call.audio), "words.wav", {
      type: "audio/wav",
    });
    const { text } = await client.audio.transcriptions.create({
      model: call.model,
      file,
    });
    noteText(text, answer);
  },

  async speak({ client, call, answer }) {
    const { model, prompt: input } = call;
    const request = { model, input, voice: "alloy", response_format: "wav" };
    const response = await client.audio.speech.create(request);
    answer.media = Buffer.from(await response.arrayBuffer()).toString("base64");
  },
};
