/**
 * Every fault, through the real SDKs, streamed and not, before accounts of every kind. Three SDKs are
 * enough: one for each way of reading a response. The others read as one of these does, and the matrix of
 * tests/conformance has them all.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood } from "../conformance/cases/case.ts";
import type { Client, ClientResponse } from "../conformance/client_call.ts";
import { startReaders } from "../conformance/official_clients.ts";
import { prepareClients } from "../conformance/prepare.ts";
import { ACCOUNT_NAMES, Testbed } from "../conformance/testbed.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { CHAOS_FAULTS, type ChaosFault } from "./chaos_faults.ts";
import { leaveOut } from "../support/left_out.ts";

/** Has characters of several bytes, for a chunk to end in. */
const PROMPT = "Grüße, 日本 🎉";

const GOOD = `You said: "${PROMPT}".`;

/** How long the gateways of these tests wait for silent accounts, in ms. */
const FIRST_BYTE_MS = 2000;

/** In which it can't have tried more than two of them. */
const TOTAL_MS = 3500;

/** It answers a 503 with ten minutes of retries of its own, and other errors of Google's with a few. */
const RETRIES_ITSELF = "google-generativeai 0.8.6";

/** A cell of the cross product. */
interface Cell {
  readonly fault: ChaosFault;
  readonly kind: AccountKind;
  readonly stream: boolean;
  /** Whether every account shows the fault, or the first alone. */
  readonly isEverywhere: boolean;
}

Deno.test("Every fault of an account is hidden, or told as an error, whatever the SDK", async (t) => {
  const found = await prepareClients();
  const clients = startReaders(found);
  for (const { name, reason } of found.missing) leaveOut(`faults before ${name}`, { reason });
  try {
    // Each is a process of its own, and so they can keep both the machine's cores busy.
    const columns = await Promise.all(clients.map(runColumn));
    for (const [index, complaints] of columns.entries()) {
      for (const { title } of CHAOS_FAULTS) {
        await t.step(`${clients[index]?.name}: ${title}`, () => {
          assert.deepEqual(complaints.get(title) ?? [], []);
        });
      }
    }
  } finally {
    for (const client of clients) await client.close();
  }
});

/** What a client has to complain of, by the fault's title. */
async function runColumn(
  client: Client,
  column: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const complaints = new Map<string, string[]>();
  for (const cell of cells(client, column)) {
    try {
      await run(client, cell);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const { fault, ...where } = cell;
      complaints.set(fault.title, [
        ...(complaints.get(fault.title) ?? []),
        `${JSON.stringify(where)}: ${words}`,
      ]);
    }
  }
  return complaints;
}

/**
 * A Latin square: each client meets each fault, and among them they meet it with each kind of account.
 * What a kind makes of a fault, and what a client makes of what it gets, do not depend on each other.
 */
function* cells(client: Client, column: number): Generator<Cell> {
  for (const [row, fault] of CHAOS_FAULTS.entries()) {
    const kind = ACCOUNT_KINDS[(row + column) % ACCOUNT_KINDS.length] ?? assert.fail();
    for (const stream of [true, false]) {
      yield { fault, kind, stream, isEverywhere: false };
      if (fault.status === undefined || client.name === RETRIES_ITSELF) continue;
      yield { fault, kind, stream, isEverywhere: true };
    }
  }
}

async function run(client: Client, { fault, kind, stream, isEverywhere }: Cell): Promise<void> {
  const timeouts = {
    ...(fault.isSilence ? { firstByteMs: FIRST_BYTE_MS } : {}),
    ...(fault.isSilence && isEverywhere ? { totalMs: TOTAL_MS } : {}),
  };
  await using bed = await Testbed.start(kind, { timeouts });
  if (isEverywhere) bed.always(fault.outcome);
  else bed.script(ACCOUNT_NAMES[0], [fault.outcome]);
  const response = await ask(client, bed, { stream, prompt: PROMPT });
  check(response, { fault, kind, stream, isEverywhere });
  await bed.settle({ isHung: fault.outcome === "hang" });
  assert.ok(bed.attempts().every((attempts) => attempts <= 3), `${bed.attempts()} attempts`);
}

function check(response: ClientResponse, { fault, stream, isEverywhere }: Cell): void {
  const { error, text } = response;
  if (fault.seen === "nothing" || fault.seen === "hidden" && !isEverywhere) {
    assertGood(response);
    assert.ok(text.includes(GOOD), `It read "${text}"`);
  } else if (fault.seen === "hidden") {
    assert.ok(error, `It took "${text}" for a good answer`);
    assert.ok(
      error.status === fault.status,
      `It raised ${error.type} with the status ${error.status}: ${error.message}`,
    );
  } else if (stream) {
    assert.ok(error, `It took "${text}" for a whole answer`);
    assert.ok(text !== "", "What came before the fault was lost");
  } else {
    assert.ok(error !== undefined || text.includes(GOOD), `It took "${text}" for a whole answer`);
  }
}
