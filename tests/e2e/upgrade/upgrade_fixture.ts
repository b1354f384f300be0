/**
 * The data folders that releases wrote, one for each, as `make_data_folder.ts` makes them.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { call } from "../../support/gemini_call.ts";

const FIXTURES = fileURLToPath(new URL("fixtures/", import.meta.url));

/** The first words of the conversations that each folder keeps. */
export const CONVERSATIONS: readonly string[] = [
  "the first talk",
  "the second talk",
  "the third talk",
];

/** The model for which accounts rest. */
export const RESTING_MODEL = "gemini-2.5-pro";

/** A release's folder. */
export interface UpgradeFixture {
  readonly version: string;
  readonly path: string;
}

/** The folder of a release, whether it is there yet or not. */
export function upgradeFixture(version: string): UpgradeFixture {
  return { version, path: join(FIXTURES, version) };
}

/** Every release's folder, oldest first. */
export function upgradeFixtures(): readonly UpgradeFixture[] {
  return [...Deno.readDirSync(FIXTURES)]
    .map(({ name }) => upgradeFixture(name))
    .sort((a, b) => a.version.localeCompare(b.version, undefined, { numeric: true }));
}

/**
 * Goes on with conversations, one after the other.
 *
 * @returns Which account answered, by the conversation's first words.
 */
export async function accountsOfConversations(
  gatewayUrl: string,
  conversations: readonly string[],
): Promise<Readonly<Record<string, string | null>>> {
  const accounts: Record<string, string | null> = {};
  // Deno names its version in `User-Agent`, which is part of what a conversation is known by.
  const headers = { "user-agent": "upgrade-test" };
  for (const text of conversations) {
    const response = await call(gatewayUrl, { text, headers });
    await response.text();
    accounts[text] = response.headers.get("x-pollux-account");
  }
  return accounts;
}
