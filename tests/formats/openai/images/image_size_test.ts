/** The tables of ratios and sizes, and the suffixes of models. @module */
import assert from "node:assert/strict";
import { imageShape } from "../../../../src/formats/openai/images/image_size.ts";
import { ASPECT_RATIOS } from "../../../../src/formats/openai/images/image_words.ts";
import { imageModel } from "../../../../src/formats/openai/images/image_model.ts";
import { withoutSuffixes } from "../../../../src/formats/openai/images/model_suffixes.ts";
import { operationContext } from "../../support/operation_context.ts";

/** Ratio and size by `size`. */
const SIZES: Readonly<Record<string, readonly [string, string?]>> = {
  "auto": ["1:1"],
  "256x256": ["1:1"],
  "512x512": ["1:1"],
  "1024x1024": ["1:1"],
  "1536x1024": ["3:2"],
  "1024x1536": ["2:3"],
  "1792x1024": ["16:9"],
  "1024x1792": ["9:16"],
  "1920x1080": ["16:9"],
  "1080X1920": ["9:16"],
  "2560x1080": ["21:9", "2K"],
  "1280x960": ["4:3"],
  "960x1280": ["3:4"],
  "1280x1024": ["5:4"],
  "1024x1280": ["4:5"],
  "2047x2047": ["1:1"],
  "2048x2048": ["1:1", "2K"],
  "1152x2048": ["9:16", "2K"],
  "4095x4095": ["1:1", "2K"],
  "4096x4096": ["1:1", "4K"],
  "2304x4096": ["9:16", "4K"],
  // 0.78 lies between 3:4 and 4:5.
  "780x1000": ["4:5"],
};

/** Size by `quality`; undefined where the model chooses. */
const QUALITIES: Readonly<Record<string, string | undefined>> = {
  auto: undefined,
  low: undefined,
  standard: undefined,
  medium: "1K",
  high: "2K",
  hd: "2K",
  "1k": "1K",
  "2k": "2K",
  "4k": "4K",
  "4K": "4K",
};

for (const [size, [aspectRatio, imageSize]] of Object.entries(SIZES)) {
  Deno.test(`size ${size} is ${aspectRatio}${imageSize ? ` in ${imageSize}` : ""}`, () => {
    const shape = imageShape({ size }, {});
    assert.deepEqual([shape.aspectRatio, shape.imageSize, shape.warning], [
      aspectRatio,
      imageSize,
      undefined,
    ]);
  });
}

Deno.test("Each of Gemini's ratios stands for itself", () => {
  for (const ratio of ASPECT_RATIOS) {
    assert.deepEqual(imageShape({ size: ratio }, {}), { aspectRatio: ratio });
    assert.deepEqual(imageShape({ aspect_ratio: ratio }, {}), { aspectRatio: ratio });
    assert.deepEqual(imageShape({ aspectRatio: ratio, size: "1x1" }, {}), { aspectRatio: ratio });
  }
  assert.equal(ASPECT_RATIOS.length, 10);
});

Deno.test("A size that is near no ratio is 1:1, with a warning", () => {
  for (const size of ["1000x500", "100x10000", "1130x1000"]) {
    const { aspectRatio, warning } = imageShape({ size }, {});
    assert.equal(aspectRatio, "1:1");
    assert.match(warning ?? "", new RegExp(`^[ -~]*${size}[ -~]*$`));
  }
  assert.equal(imageShape({ size: "1000x500", aspect_ratio: "16:9" }, {}).warning, undefined);
});

Deno.test("quality is a size", () => {
  for (const [quality, imageSize] of Object.entries(QUALITIES)) {
    assert.equal(imageShape({ quality }, {}).imageSize, imageSize, quality);
  }
});

Deno.test("image_size comes before size, size before quality, quality before the suffix", () => {
  const suffixes = { aspectRatio: "21:9", imageSize: "4K" } as const;
  assert.deepEqual(imageShape({}, {}), {});
  assert.deepEqual(imageShape({}, suffixes), suffixes);
  assert.deepEqual(imageShape({ size: null, quality: "low" }, suffixes), suffixes);
  assert.deepEqual(imageShape({ quality: "medium" }, suffixes), {
    aspectRatio: "21:9",
    imageSize: "1K",
  });
  assert.deepEqual(imageShape({ quality: "medium", size: "2048x2048" }, suffixes), {
    aspectRatio: "1:1",
    imageSize: "2K",
  });
  assert.deepEqual(imageShape({ quality: "hd", size: "4096x4096", image_size: "1k" }, suffixes), {
    aspectRatio: "1:1",
    imageSize: "1K",
  });
  assert.equal(imageShape({ imageSize: "4k" }, {}).imageSize, "4K");
});

Deno.test("imageShape() rejects values that mean nothing", () => {
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ size: "big" }, /"size" cannot be "big"/],
    [{ size: "7:5" }, /"size"/],
    [{ size: "0x10" }, /"size"/],
    [{ size: "1024x" }, /"size"/],
    [{ size: `${"9".repeat(400)}x1` }, /"size"/],
    [{ size: 1024 }, /"size" has to be a text/],
    [{ quality: "best" }, /"quality" cannot be "best".*"?auto/],
    [{ quality: "constructor" }, /"quality"/],
    [{ image_size: "3K" }, /"image_size"/],
    [{ aspectRatio: "7:5" }, /"aspectRatio"/],
  ];
  for (const [body, message] of cases) assert.throws(() => imageShape(body, {}), message);
});

Deno.test("withoutSuffixes() reads at most one suffix of each kind, in either order", () => {
  const model = "gemini-3-pro-image";
  const cases: Readonly<Record<string, readonly [(string | undefined)?, string?]>> = {
    "": [],
    "-4k": [undefined, "4K"],
    "-hd": [undefined, "4K"],
    "-2K": [undefined, "2K"],
    "-16x9": ["16:9"],
    "-16-9": ["16:9"],
    "-1x1": ["1:1"],
    "-21x9-4k": ["21:9", "4K"],
    "-4k-9-16": ["9:16", "4K"],
  };
  for (const [suffix, [aspectRatio, imageSize]] of Object.entries(cases)) {
    const found = withoutSuffixes(model + suffix);
    assert.deepEqual([found.name, found.aspectRatio, found.imageSize], [
      model,
      aspectRatio,
      imageSize,
    ]);
  }
  for (
    const other of ["gemini-2.5-flash-image-preview-09-2025", "imagen-4.0-generate-001", "a-7x5"]
  ) {
    assert.deepEqual(withoutSuffixes(other), { name: other });
  }
  assert.equal(withoutSuffixes("a-2k-4k").name, "a-2k");
});

Deno.test("imageModel() takes suffixes of aliases, before and behind them", () => {
  const context = operationContext({
    "dall-e-3": "gemini-3-pro-image-4k",
    "gpt-image-1": "gemini-3.1-flash-image",
    "wide-16x9": "imagen-4.0-generate-001",
  });
  const of = (model: string | undefined) => imageModel({ model }, context);
  assert.deepEqual(of("dall-e-3"), {
    model: "gemini-3-pro-image",
    suffixes: { imageSize: "4K" },
    isImagen: false,
  });
  assert.deepEqual(of("dall-e-3-3x2"), {
    model: "gemini-3-pro-image",
    suffixes: { imageSize: "4K", aspectRatio: "3:2" },
    isImagen: false,
  });
  assert.deepEqual(of("gpt-image-1-2k").suffixes, { imageSize: "2K" });
  assert.deepEqual(of("wide-16x9"), {
    model: "imagen-4.0-generate-001",
    suffixes: {},
    isImagen: true,
  });
  assert.equal(of(undefined).model, "gemini-3.1-flash-image");
});
