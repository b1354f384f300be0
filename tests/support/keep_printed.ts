/**
 * Keeps what processes and gateways of the tests printed, which only the tests see, for the search that
 * `deno task test` ends with.
 *
 * @module
 */

const SCRATCH = Deno.env.get("TEST_SCRATCH");

/** Keeps a text; outside of `deno task test` it does nothing. */
export function keepPrinted(text: string): void {
  if (SCRATCH === undefined) return;
  Deno.writeTextFileSync(`${SCRATCH}/printed-${Deno.pid}.txt`, `${text}\n`, { append: true });
}
