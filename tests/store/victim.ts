/**
 * A process that is killed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startChild } from "../support/child.ts";

/** A running program of this folder, to be killed with `kill -9`. */
export class Victim {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #chunk = Promise.withResolvers<void>();
  #text = "";
  #hasEnded = false;

  constructor(program: string, args: readonly string[]) {
    this.#child = startChild(program, args);
    this.#reading = this.#read();
  }

  /** Resolves when it has printed so many lines, or has ended. */
  async lines(count: number): Promise<void> {
    while (!this.#hasEnded && this.#text.split("\n").length <= count) await this.#chunk.promise;
  }

  /**
   * Kills it, and waits until it is dead.
   *
   * @returns The lines that it printed.
   * @throws {AssertionError} when it had ended by itself.
   */
  async kill(): Promise<readonly string[]> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself, which its status tells.
      if (!(error instanceof TypeError)) throw error;
    }
    const { signal } = await this.#child.status;
    await this.#reading;
    assert.equal(signal, "SIGKILL", `It ended by itself after: ${this.#text.slice(-200)}`);
    return this.#text.split("\n").slice(0, -1);
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += chunk;
      this.#chunk.resolve();
      this.#chunk = Promise.withResolvers();
    }
    this.#hasEnded = true;
    this.#chunk.resolve();
  }
}
