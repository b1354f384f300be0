import assert from "node:assert/strict";
import { ContentsBuilder } from "../../../../src/formats/shared/request/contents_builder.ts";

const call = (name: string) => ({ functionCall: { name, args: {} } });
const result = (name: string) => ({ functionResponse: { name, response: {} } });

Deno.test("ContentsBuilder merges consecutive messages of one role, in their order", () => {
  const builder = new ContentsBuilder();
  builder.user([{ text: "a" }]);
  builder.user([{ text: "b" }, { text: "c" }]);
  builder.model([{ text: "d" }]);
  builder.model([{ text: "e" }]);
  builder.user([{ text: "f" }]);
  assert.deepEqual(builder.build(), {
    contents: [
      { role: "user", parts: [{ text: "a" }, { text: "b" }, { text: "c" }] },
      { role: "model", parts: [{ text: "d" }, { text: "e" }] },
      { role: "user", parts: [{ text: "f" }] },
    ],
  });
});

Deno.test("ContentsBuilder keeps instructions apart, wherever they stand", () => {
  const builder = new ContentsBuilder();
  builder.system("one");
  builder.user([{ text: "a" }]);
  builder.system("two");
  builder.system("");
  assert.deepEqual(builder.build(), {
    contents: [{ role: "user", parts: [{ text: "a" }] }],
    systemInstruction: { parts: [{ text: "one" }, { text: "two" }] },
  });
});

Deno.test("ContentsBuilder makes instructions alone the user's message", () => {
  const builder = new ContentsBuilder();
  builder.system("You are a potato.");
  assert.deepEqual(builder.build(), {
    contents: [{ role: "user", parts: [{ text: "You are a potato." }] }],
  });
});

Deno.test("ContentsBuilder drops empty texts, but none with a signature", () => {
  const builder = new ContentsBuilder();
  builder.user([{ text: "" }]);
  builder.user([{ text: "" }, { text: "a" }]);
  builder.model([{ text: "", thoughtSignature: "AAAA" }]);
  assert.deepEqual(builder.build().contents, [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ text: "", thoughtSignature: "AAAA" }] },
  ]);
});

Deno.test("ContentsBuilder puts all results right after their calls, as one content, in the calls' order", () => {
  const builder = new ContentsBuilder();
  builder.user([{ text: "a" }]);
  builder.model([call("f"), call("g")]);
  builder.results([result("g")], 1);
  builder.user([{ text: "and" }]);
  builder.results([result("f")], 0);
  assert.deepEqual(builder.build().contents, [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [call("f"), call("g")] },
    { role: "user", parts: [result("f"), result("g")] },
    { role: "user", parts: [{ text: "and" }] },
  ]);
});

Deno.test("ContentsBuilder keeps the results of each turn apart", () => {
  const builder = new ContentsBuilder();
  builder.model([call("f")]);
  builder.results([result("f")]);
  builder.model([call("g")]);
  builder.results([result("g")]);
  assert.deepEqual(builder.build().contents, [
    { role: "model", parts: [call("f")] },
    { role: "user", parts: [result("f")] },
    { role: "model", parts: [call("g")] },
    { role: "user", parts: [result("g")] },
  ]);
});

Deno.test("ContentsBuilder leaves results without calls where they stand", () => {
  const builder = new ContentsBuilder();
  builder.user([{ text: "a" }]);
  builder.results([result("f")]);
  assert.deepEqual(builder.build().contents, [
    { role: "user", parts: [{ text: "a" }] },
    { role: "user", parts: [result("f")] },
  ]);
});
