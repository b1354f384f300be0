/**
 * A user who signs in: reads the address that is printed, and does something with it.
 *
 * @module
 */
import { within } from "./deadline.ts";
import type { FakeUser } from "./fake_terminal.ts";

/** Longest wait for the browser once a command has ended, in ms. */
const PATIENCE_MS = 10_000;

/** A user whose browser runs on the same machine: it goes where Google sends it. */
export interface BrowsingUser extends FakeUser {
  /** What the browser shows in the end. */
  page(): Promise<string>;
}

/** Makes one; `act` gives the address that Google sends the browser to. */
export function browsingUser(
  user: FakeUser,
  act: (address: string) => Promise<URL>,
): BrowsingUser {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A failure is the test's that asks for the page, and not one before.
  promise.catch(() => {});
  async function browse(address: string): Promise<string> {
    const response = await fetch(await act(address));
    return await response.text();
  }
  return {
    ...user,
    page: () => within(PATIENCE_MS, promise, { what: "The page" }),
    onPrint(line) {
      if (isAddress(line)) browse(line).then(resolve, reject);
    },
  };
}

/** A user whose browser runs elsewhere: types what `act` makes of the address. */
export function pastingUser(
  user: FakeUser,
  act: (address: string) => Promise<string | undefined>,
): FakeUser {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    ...user,
    line: async () => await act(await promise),
    onPrint(line) {
      if (isAddress(line)) resolve(line);
    },
  };
}

function isAddress(line: string): boolean {
  return /^https?:\/\/\S+$/.test(line);
}
