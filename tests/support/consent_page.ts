/**
 * A user in a browser before the emulator's consent page, without a browser.
 *
 * @module
 */

/** Fills in the forms; gives the address that Google sends the browser to. */
export async function consent(
  url: string,
  fields: Readonly<Record<string, string>>,
): Promise<URL> {
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  const text = await response.text();
  const location = response.headers.get("location");
  if (location === null) throw new Error(`Google shows a page (${response.status}): ${text}`);
  return new URL(location);
}

/** Allows what is asked for, as the emulator's user of that name. */
export function allow(url: string, account: string): Promise<URL> {
  return consent(url, { account, decision: "allow" });
}
