/**
 * An answer that was compressed although none was asked for.
 *
 * @module
 */
import { collect } from "./collect.ts";
import type { HttpAnswer } from "./connections.ts";

const FORMATS: Readonly<Record<string, CompressionFormat | undefined>> = {
  "gzip": "gzip",
  "x-gzip": "gzip",
  "deflate": "deflate",
};

/**
 * The answer with its body as it was before.
 *
 * @throws {Error} When it is encoded in a way that is not known; the answer has been given up then.
 */
export async function decodedAnswer(answer: HttpAnswer): Promise<HttpAnswer> {
  const coding = answer.header("content-encoding")?.toLowerCase() ?? "identity";
  if (coding === "identity" || coding === "") return answer;
  const format = FORMATS[coding];
  if (format !== undefined) return new DecodedAnswer(answer, format);
  await answer.cancel();
  throw new Error(`the answer is encoded in "${coding}", which was not asked for`);
}

class DecodedAnswer implements HttpAnswer {
  readonly #answer: HttpAnswer;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(answer: HttpAnswer, format: CompressionFormat) {
    this.#answer = answer;
    const encoded = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const piece = await answer.read();
        if (piece === undefined) controller.close();
        // The cast only narrows the buffer's type: what is read is memory of its own.
        else controller.enqueue(piece as Uint8Array<ArrayBuffer>);
      },
      cancel: () => answer.cancel(),
    }, { highWaterMark: 0 });
    this.#reader = encoded.pipeThrough(new DecompressionStream(format)).getReader();
  }

  get status(): number {
    return this.#answer.status;
  }

  header(name: string): string | undefined {
    return this.#answer.header(name);
  }

  async read(): Promise<Uint8Array | undefined> {
    return (await this.#reader.read()).value;
  }

  bytes(): Promise<Uint8Array> {
    return collect(this);
  }

  async cancel(): Promise<void> {
    await this.#answer.cancel();
    // A body that is being given up can fail in no way that still matters.
    await this.#reader.cancel().catch(() => {});
  }
}
