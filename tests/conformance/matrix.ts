/**
 * The matrix: every official client through every case, before three accounts of every kind.
 *
 * @module
 */
import { ACCOUNT_KINDS } from "../../src/gemini/api/account_kinds.ts";
import { CASES } from "./cases/cases.ts";
import type { Case } from "./cases/case.ts";
import type { Client, ClientApi } from "./client_call.ts";
import { goldenText } from "./golden/golden_text.ts";
import { startFormatClients } from "./formats/format_clients.ts";
import { startClients } from "./official_clients.ts";
import type { Clients } from "./prepare.ts";
import { Testbed } from "./testbed.ts";

/** What came of one case with one client. */
export type Outcome =
  | { readonly kind: "passed" }
  /** The client has no such call. */
  | { readonly kind: "inapplicable" }
  | { readonly kind: "failed"; readonly reason: string };

/** One client's column. */
export interface Column {
  readonly client: string;
  /** What it speaks. */
  readonly api: ClientApi;
  /** By the case's title, in the order of the rows. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** What the client sent in the cases that passed, and what became of it, by the case's title. */
  readonly wires: ReadonlyMap<string, string>;
}

/** How many clients run at a time: each is a process that keeps a core busy. */
const CLIENTS_AT_A_TIME = 3;

/** Runs every case with every client that this machine has. Gives a column for each. */
export async function runMatrix(installed: Clients): Promise<Column[]> {
  const clients = [...startClients(installed), ...startFormatClients(installed)];
  try {
    return await runClients(clients);
  } finally {
    for (const client of clients) await client.close();
  }
}

async function runClients(clients: readonly Client[]): Promise<Column[]> {
  // From the end: programs first, since they start anew for every call and so take longest.
  const waiting = clients.entries().toArray()
    .sort(([, one], [, other]) => Number(one.isProgram) - Number(other.isProgram));
  const columns: Column[] = [];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [index, client] = next;
      columns[index] = await runColumn(client);
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS_AT_A_TIME }, work));
  return columns;
}

async function runColumn(client: Client): Promise<Column> {
  const cases = CASES.filter((each) => each.appliesTo(client));
  const failures = new Map<Case, string[]>(cases.map((each) => [each, []]));
  const wires = new Map<string, string>();
  for (const kind of ACCOUNT_KINDS) {
    const records = client.api !== "gemini" && kind === "gemini-api";
    await using bed = await Testbed.start(kind, { records });
    for (const [each, reasons] of failures) {
      bed.clear();
      try {
        await each.run(client, bed);
        const wire = bed.takeWire();
        if (wire.length > 0) wires.set(each.title, await goldenText(wire));
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        reasons.push(`With ${kind} accounts: ${what}`);
      }
    }
  }
  const outcomes = new Map(CASES.map((each) => [each.title, outcomeOf(failures.get(each))]));
  return { client: client.name, api: client.api, outcomes, wires };
}

function outcomeOf(reasons: readonly string[] | undefined): Outcome {
  if (reasons === undefined) return { kind: "inapplicable" };
  return reasons.length === 0 ? { kind: "passed" } : { kind: "failed", reason: reasons.join("\n") };
}
