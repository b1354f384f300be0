/** The media types of files, whatever their names and clients say. @module */
import assert from "node:assert/strict";
import { imageTypeOf, soundTypeOf } from "../../../src/formats/form/file_type.ts";
import { formFields } from "../../../src/formats/form/form_fields.ts";
import type { FormFile } from "../../../src/formats/form/form_body.ts";
import { formOf } from "../support/operation_context.ts";

function file(text: string, { type = "", name = "" } = {}): FormFile {
  const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  return { field: "file", name, type, bytes };
}

Deno.test("soundTypeOf() goes by the first bytes", () => {
  const sounds: Readonly<Record<string, string>> = {
    "RIFF1234WAVEfmt ": "audio/wav",
    "ID3\x04": "audio/mpeg",
    "\xff\xfb\x90": "audio/mpeg",
    "\xff\xf3\x90": "audio/mpeg",
    "\xff\xf1\x50": "audio/aac",
    "OggS": "audio/ogg",
    "fLaC": "audio/flac",
    "FORM1234AIFF": "audio/aiff",
    "FORM1234AIFC": "audio/aiff",
    "\x1a\x45\xdf\xa3": "audio/webm",
    "\0\0\0\x20ftypM4A ": "audio/mp4",
  };
  for (const [text, type] of Object.entries(sounds)) {
    assert.equal(soundTypeOf(file(text, { type: "image/png", name: "a.txt" })), type);
  }
});

Deno.test("soundTypeOf() takes a container for a video only if the client says so", () => {
  assert.equal(soundTypeOf(file("\0\0\0\x20ftypisom", { type: "video/mp4" })), "video/mp4");
  assert.equal(soundTypeOf(file("\x1a\x45\xdf\xa3", { type: "video/webm" })), "video/webm");
  assert.equal(soundTypeOf(file("OggS", { type: "video/ogg" })), "audio/ogg");
});

Deno.test("soundTypeOf() goes by the client's type, then by the extension, for other bytes", () => {
  const octets = "application/octet-stream";
  assert.equal(soundTypeOf(file("x", { type: "audio/x-wav" })), "audio/wav");
  assert.equal(soundTypeOf(file("x", { type: "audio/mp3" })), "audio/mpeg");
  assert.equal(soundTypeOf(file("x", { type: "audio/amr" })), "audio/amr");
  assert.equal(soundTypeOf(file("x", { type: octets, name: "a.b.M4A" })), "audio/mp4");
  assert.equal(soundTypeOf(file("x", { type: octets, name: "a.png" })), undefined);
  assert.equal(soundTypeOf(file("x", { name: "constructor" })), undefined);
  assert.equal(soundTypeOf(file("")), undefined);
});

Deno.test("imageTypeOf() goes by the first bytes, then as sounds do", () => {
  assert.equal(imageTypeOf(file("\x89PNG\r\n\x1a\n", { type: "image/jpeg" })), "image/png");
  assert.equal(imageTypeOf(file("GIF89a")), "image/gif");
  assert.equal(imageTypeOf(file("\0\0\0\x18ftypheic")), "image/heic");
  assert.equal(imageTypeOf(file("\0\0\0\x18ftypmif1")), "image/heif");
  assert.equal(imageTypeOf(file("\0\0\0\x18ftypavif")), "image/avif");
  assert.equal(imageTypeOf(file("RIFF1234WAVE")), undefined);
  assert.equal(imageTypeOf(file("x", { type: "image/jpg" })), "image/jpeg");
  assert.equal(imageTypeOf(file("x", { name: "photo.JPG" })), "image/jpeg");
});

Deno.test("formFields() gives lists for names in brackets, and refuses a field that occurs twice", () => {
  const fields = [["a[]", "1"], ["b", "2"], ["a[]", "3"]] as const;
  assert.deepEqual(formFields({ ...formOf({}), fields }), { a: ["1", "3"], b: "2" });
  for (const names of [["b", "b"], ["b", "b[]"], ["b[]", "b"]]) {
    const twice = names.map((name) => [name, ""] as const);
    assert.throws(() => formFields({ ...formOf({}), fields: twice }), /"b" twice/);
  }
});
