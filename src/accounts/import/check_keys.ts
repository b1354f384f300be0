/**
 * Validates the private keys of service accounts to be imported.
 *
 * @module
 */
import { importSigningKey } from "../tokens/service_account_tokens.ts";
import { TokenError } from "../tokens/token_error.ts";
import { type ImportItem, isFault } from "./import_format.ts";

/** The same entries, with a fault for those whose private key is invalid. */
export function checkKeys(items: readonly ImportItem[]): Promise<readonly ImportItem[]> {
  return Promise.all(items.map(checkKey));
}

async function checkKey(item: ImportItem): Promise<ImportItem> {
  const { where, outcome } = item;
  if (isFault(outcome) || outcome.credential.type !== "service_account") return item;
  try {
    await importSigningKey(outcome.credential.privateKey);
    return item;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return { where, outcome: { reason: error.message } };
  }
}
