/**
 * TCP connections to a host with several addresses, of which some may be unreachable.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8305} Happy Eyeballs
 * @module
 */

/** How long to wait for an address before the next one is tried concurrently, in ms (RFC 8305 section 5). */
const STAGGER_MS = 250;

/** Most addresses that are tried. */
const MOST_ADDRESSES = 6;

/** Matches an IP address. */
const ADDRESS = /^[\d.]+$|:/;

/** A host and a port. */
export interface TcpTarget {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Connects to the first address that can be reached.
 *
 * @param signal Aborts the attempt.
 * @throws The error of the host's first address, if none can be reached.
 */
export async function connectTcp(
  { hostname, port }: TcpTarget,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const first = Deno.connect({ hostname, port, signal });
  if (ADDRESS.test(hostname) || await connectsWithin(STAGGER_MS, [first])) return await first;
  // Loaded on first use, which is rare.
  const { lookup } = await import("node:dns/promises");
  const addresses = await lookup(hostname, { all: true }).catch(() => []);
  const losers = new AbortController();
  const attempts = [first];
  // Deno has tried the first address and does not try others.
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

/** Whether one of them connects within a time, in ms; false as soon as all have failed. */
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
