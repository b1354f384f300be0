/**
 * The accounts of the demo at its emulated Google: those that it serves requests through, and spare ones,
 * with which the user can try the commands.
 *
 * @module
 */
import { join } from "node:path";
import type { NewAccount } from "../../accounts/account_book.ts";
import { parseAnyCredentialsFile } from "../../accounts/credentials/credentials_file.ts";
import { Secret } from "../../accounts/secret.ts";
import type { Emulator, OutcomeRule } from "../../emulator/emulator.ts";
import { kindsServing, METHOD_NAMES } from "../../gemini/api/methods.ts";
import type { DemoFolder } from "./demo_folder.ts";

/** How long an exhausted quota of the demo lasts, in ms. */
export const EXHAUSTED_MS = 20_000;

/** The demo's accounts, by kind. The first one has a small quota. */
export const POOL = { "gemini-api": "home", "vertex": "cloud", "code-assist": "work" } as const;

/** The methods that another of the demo's accounts can take over, since more than one kind serves them. */
const MOVABLE: ReadonlySet<string> = new Set(
  METHOD_NAMES.filter((method) => kindsServing(method).length > 1),
);

/** The location of the demo's Vertex AI accounts. */
export const LOCATION = "us-central1";

/** Credentials of spare accounts, and a data folder to add them to. */
export interface Spares {
  /** A data folder. It is created when it is used. */
  readonly dataDir: string;
  /** A file with an API key. */
  readonly key: string;
  /** A service account's file. */
  readonly serviceAccount: string;
  /** A user's file, as gcloud writes it. */
  readonly user: string;
}

/** Adds the demo's accounts to the emulator, and to the data folder. */
export async function addPool(
  book: { add(account: NewAccount): Promise<unknown> },
  emulator: Emulator,
): Promise<void> {
  const baseUrls = [emulator.url];
  const { "gemini-api": home, vertex: cloud, "code-assist": work } = POOL;
  await book.add({
    name: home,
    kind: "gemini-api",
    baseUrls,
    credential: { type: "api_key", key: new Secret(emulator.addApiKey(home)) },
  });
  const serviceAccount = emulator.addServiceAccount(cloud);
  await book.add({
    name: cloud,
    kind: "vertex",
    baseUrls,
    credential: parseAnyCredentialsFile(JSON.stringify(serviceAccount)),
    project: serviceAccount.project_id,
    location: LOCATION,
  });
  await book.add({
    name: work,
    kind: "code-assist",
    baseUrls,
    credential: parseAnyCredentialsFile(JSON.stringify(emulator.addUser(work))),
  });
  emulator.always(home, smallQuota());
}

/** Adds spare accounts to the emulator, and writes their credentials into the demo's folder. */
export function addSpares(folder: DemoFolder, emulator: Emulator): Spares {
  return {
    dataDir: join(folder.path, "mine"),
    key: folder.write("my-key.txt", emulator.addApiKey("my-key")),
    serviceAccount: folder.write(
      "my-cloud.json",
      JSON.stringify(emulator.addServiceAccount("my-cloud")),
    ),
    user: folder.write("my-work.json", JSON.stringify(emulator.addUser("my-work"))),
  };
}

/**
 * The rule of a quota that is soon exhausted: every second call to a model is refused, and then all of them
 * until the time that the refusal names. Methods that only this kind of account serves have enough quota:
 * their calls could not move, and would only fail.
 */
export function smallQuota(now: () => number = Date.now): OutcomeRule {
  const servedOf = new Map<string, boolean>();
  const backAtOf = new Map<string, number>();
  return ({ method, model = "" }) => {
    if (!MOVABLE.has(method)) return "ok";
    const backAt = backAtOf.get(model) ?? 0;
    if (now() < backAt) return { type: "429-short", delayMs: backAt - now() };
    const isServed = !servedOf.get(model);
    servedOf.set(model, isServed);
    if (isServed) return "ok";
    backAtOf.set(model, now() + EXHAUSTED_MS);
    return { type: "429-short", delayMs: EXHAUSTED_MS };
  };
}
