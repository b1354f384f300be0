/**
 * The Live calls of `@google/genai`, and the ephemeral tokens that open sessions.
 *
 * @module
 */

/** What a session was closed with before it had said all. */
class Closed extends Error {}

/** The messages of a session, one after another. */
class Inbox {
  #waiting = [];
  #arrived = Promise.withResolvers();
  #closed;

  /** What `connect` calls. */
  callbacks = {
    onmessage: (message) => {
      this.#waiting.push(message);
      this.#wake();
    },
    onclose: ({ code, reason }) => {
      this.#closed = new Closed(`${code} ${reason}`);
      this.#wake();
    },
    onerror: ({ message }) => {
      this.#closed ??= new Closed(message);
      this.#wake();
    },
  };

  /** Rejects once the session is closed. */
  async closed() {
    while (this.#closed === undefined) await this.#arrived.promise;
    throw this.#closed;
  }

  /** The next message that `accepts` takes. */
  async next(accepts) {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        if (accepts(message)) return message;
      } else if (this.#closed !== undefined) throw this.#closed;
      else await this.#arrived.promise;
    }
  }

  #wake() {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}

function textOf({ serverContent }) {
  const parts = serverContent?.modelTurn?.parts ?? [];
  return parts.map(({ text }) => text ?? "").join("");
}

/** Says something and notes the model's turn; the result of a function follows where one is called. */
async function takeTurn({ session, inbox, answer, prompt }) {
  session.sendClientContent({ turns: prompt, turnComplete: true });
  for (;;) {
    const message = await inbox.next(() => true);
    answer.text += textOf(message);
    for (const { id, name, args } of message.toolCall?.functionCalls ?? []) {
      answer.functionCalls.push({ name, args });
      const functionResponses = [{ id, name, response: { weather: "sunny" } }];
      session.sendToolResponse({ functionResponses });
    }
    // A turn that ends beside a call has another after it.
    if (!message.serverContent?.turnComplete) continue;
    if (answer.functionCalls.length > 0 && !answer.text.includes("sunny")) continue;
    answer.chunks += 1;
    answer.usageTotal = message.usageMetadata?.totalTokenCount;
    return;
  }
}

/** The Live calls, for a driver's own. */
export const LIVE = {
  async live({ client, call, answer }, tools) {
    const inbox = new Inbox();
    const config = {
      responseModalities: ["TEXT"],
      ...(call.tools ? { tools } : {}),
      ...(call.handle === undefined
        ? {}
        : { sessionResumption: call.handle === "" ? {} : { handle: call.handle } }),
    };
    const connecting = client.live.connect({
      model: call.model,
      config,
      callbacks: inbox.callbacks,
    });
    // Until 3.x it waits for ever for a session that is closed before its setup is complete.
    const session = await Promise.race([connecting, inbox.closed()]);
    try {
      for (const prompt of call.texts) await takeTurn({ session, inbox, answer, prompt });
      if (call.handle === undefined) return;
      const update = await inbox.next((message) => message.sessionResumptionUpdate?.resumable);
      answer.resources = [{ name: update.sessionResumptionUpdate.newHandle }];
    } finally {
      session.close();
    }
  },

  async createToken({ client, answer }) {
    const { name } = await client.authTokens.create({ config: { uses: 1 } });
    answer.resources = [{ name }];
  },
};
