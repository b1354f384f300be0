/**
 * A server in its own process, which prints its address.
 *
 * @module
 */

/** How to start a server. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The server's address, if it does not print it. */
  readonly url?: string;
}

/** A server that was started; the caller must stop it. */
export interface ServerProcess {
  readonly pid: number;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends the process and waits for its end. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

/**
 * Starts a server and waits until it can be reached.
 *
 * @throws {Error} When it ends first, or prints no address for 20 s; the message has its standard error.
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const child = new Deno.Command(command.program, {
    args: [...command.args],
    ...(command.env ? { env: { ...command.env } } : {}),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Both are read to their ends: a server blocks when its output is not read and the pipe is full.
  const complaint = lastWords(child.stderr);
  const printed = addressIn(child.stdout);
  const expected = command.url === undefined ? printed : untilReachable(command.url);

  const url = await Promise.race([
    expected,
    delay(START_LIMIT_MS),
    child.status.then(() => undefined),
  ]);
  if (url === undefined) {
    kill(child);
    await child.status;
    throw new Error(`Cannot start "${command.program}": ${await complaint}`);
  }
  return {
    pid: child.pid,
    url,
    async stop() {
      kill(child);
      await Promise.all([child.status, complaint, printed]);
    },
  };
}

/** Resolves with the first loopback address in the output, and reads on. */
function addressIn(output: ReadableStream<Uint8Array>): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const reading = readText(output, (chunk) => {
      if (text.length > 65_536) return;
      text += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\s)/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    });
    reading.then(() => resolve(undefined));
  });
}

async function lastWords(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  await readText(output, (chunk) => {
    text = (text + chunk).slice(-2_000);
  });
  return text.trim();
}

async function readText(
  output: ReadableStream<Uint8Array>,
  note: (chunk: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of output) note(decoder.decode(chunk, { stream: true }));
}

async function untilReachable(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
      return url;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await delay(20);
    }
  }
  return url;
}

function delay(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    Deno.unrefTimer(setTimeout(resolve, milliseconds, undefined));
  });
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch (error) {
    // The process had ended already.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
