/**
 * TCP connections to a host that may have several addresses, of which some may not answer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8305} Happy Eyeballs
 * @module
 */

/** How long an address has to answer before the next one is tried beside it, in ms (RFC 8305 section 5). */
const STAGGER_MS = 250;

/** Most addresses that are tried. */
const MOST_ADDRESSES = 6;

/** What is no name. */
const ADDRESS = /^[\d.]+$|:/;

/** A host and a port. */
export interface TcpTarget {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Connects to the first address that answers.
 *
 * @param signal Gives the attempt up.
 * @throws What the host's first address failed with, where none answers.
 */
export async function connectTcp(
  { hostname, port }: TcpTarget,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const first = Deno.connect({ hostname, port, signal });
  if (ADDRESS.test(hostname) || await connectsWithin(STAGGER_MS, [first])) return await first;
  // Loaded where it is needed, which is next to never.
  const { lookup } = await import("node:dns/promises");
  const addresses = await lookup(hostname, { all: true }).catch(() => []);
  const losers = new AbortController();
  const attempts = [first];
  // Deno has tried the first address, and tries no other.
  for (const { address } of addresses.slice(1, MOST_ADDRESSES)) {
    if (signal.aborted) break;
    const either = AbortSignal.any([signal, losers.signal]);
    attempts.push(Deno.connect({ hostname: address, port, signal: either }));
    if (await connectsWithin(STAGGER_MS, attempts)) break;
  }
  let winner: Deno.TcpConn;
  try {
    winner = await Promise.any(attempts);
  } catch {
    return await first;
  }
  losers.abort();
  for (const attempt of attempts) {
    attempt.then((stream) => stream === winner || stream.close(), () => {});
  }
  return winner;
}

/** Whether one of them connects within a time, in ms; false as soon as none can any more. */
async function connectsWithin(
  ms: number,
  attempts: readonly Promise<Deno.TcpConn>[],
): Promise<boolean> {
  const timeUp = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeUp.resolve(false), ms);
  try {
    return await Promise.race([
      Promise.any(attempts).then(() => true, () => false),
      timeUp.promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
