/**
 * `deno task soak`: runs a gateway against an emulated Google with random clients and faults, for an hour.
 *
 *     --minutes N     how long clients send requests (60)
 *     --clients N     how many run at the same time (24)
 *     --seed N        the random seed; a random one is printed
 *
 * The exit code is 1 when the gateway broke one of its rules, or when descriptors, calls in flight or
 * memory did not return to their earlier values.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { leftovers, soak } from "../tests/soak/soak.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      minutes: { type: "string", default: "60" },
      clients: { type: "string", default: "24" },
      seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    },
  });
  const { minutes, clients, seed } = {
    minutes: positive("minutes", values.minutes),
    clients: positive("clients", values.clients),
    seed: Number(values.seed),
  };
  console.log(`Soak of ${minutes} minutes, ${clients} clients, seed ${seed}`);
  const result = await soak({
    durationMs: minutes * 60_000,
    clients,
    seed,
    onProgress: (line) => console.log(line),
  });
  console.log(`${result.visits} visits, ${result.served} served`);
  const found = leftovers(result);
  for (const words of found) console.log(`Fault: ${words}`);
  console.log(found.length === 0 ? "All is back where it was" : `${found.length} faults`);
  return found.length === 0 ? 0 : 1;
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${name} takes a number above 0`);
}

if (import.meta.main) Deno.exit(await main());
