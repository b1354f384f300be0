/**
 * Accounts in one file, encrypted with a passphrase: JSON with a plain header and everything else in `sealed`,
 * AES-256-GCM with a key that scrypt derives from the passphrase. Version 1 fixes the cost of scrypt, so a file
 * cannot request more.
 *
 *     { "format": "pollux-accounts", "version": 1, "salt", "nonce", "sealed" }   (the last three base64)
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7914}
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt}
 * @module
 */
import { scrypt } from "node:crypto";
import * as z from "zod";
import { utf8Bytes, utf8Text } from "../base/text/text.ts";
import { AccountError } from "./account_error.ts";
import { parsedJson } from "../base/json.ts";
import type { Secret } from "./secret.ts";

const FORMAT = "pollux-accounts";
const VERSION = 1;

/** OWASP's first recommendation: 128 MiB of memory and about half a second for every guess. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 } as const;

/** Lengths in bytes. */
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;

/** The beginning of such a file, so that it is recognized even if it is truncated. */
const BEGINNING = new RegExp(String.raw`^\s*\{\s*"format"\s*:\s*"${FORMAT}"`);

const HEADER = z.object({ version: z.number() });

const FILE = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  salt: z.base64(),
  nonce: z.base64(),
  sealed: z.base64(),
});

const CONTENT = z.object({
  accounts: z.array(z.object({
    id: z.string().min(1),
    name: z.string(),
    fields: z.record(z.string(), z.unknown()),
    secret: z.string(),
  })),
});

/** An account as it is stored, with its secret part decrypted; may contain fields of any version. */
export type ExportedAccount = z.infer<typeof CONTENT>["accounts"][number];

/** A file that has been parsed, but not decrypted. */
export type SealedExport = z.infer<typeof FILE>;

/** Encrypts accounts with a passphrase and returns the text of a file. */
export async function sealExport(
  accounts: readonly ExportedAccount[],
  passphrase: Secret,
): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt(
    parametersOf(nonce),
    await keyOf(passphrase, salt),
    utf8Bytes(JSON.stringify({ accounts })),
  );
  const file: SealedExport = {
    format: FORMAT,
    version: VERSION,
    salt: salt.toBase64(),
    nonce: nonce.toBase64(),
    sealed: new Uint8Array(sealed).toBase64(),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Whether a text is such a file, of any version and possibly damaged. */
export function isExport(text: string): boolean {
  return BEGINNING.test(text);
}

/**
 * Parses the parts that need no passphrase.
 *
 * @throws {AccountError} when the text is not such a file, was written by a newer Pollux, or is damaged.
 */
export function readExport(text: string): SealedExport {
  if (!isExport(text)) {
    throw new AccountError("The file is not one that pollux accounts export wrote");
  }
  const json = parsedJson(text);
  const header = HEADER.safeParse(json);
  if (!header.success) throw damaged();
  const { version } = header.data;
  if (version > VERSION) {
    throw new AccountError(
      `The file was written by a newer Pollux (format ${version}, this one knows ${VERSION}); use the newer one`,
    );
  }
  const file = FILE.safeParse(json);
  if (!file.success) throw damaged();
  return file.data;
}

/**
 * Decrypts a file from {@linkcode sealExport}.
 *
 * @throws {AccountError} when the passphrase is wrong or the file is damaged.
 */
export async function openExport(
  file: SealedExport,
  passphrase: Secret,
): Promise<readonly ExportedAccount[]> {
  const [salt, nonce, sealed] = [file.salt, file.nonce, file.sealed].map((text) =>
    Uint8Array.fromBase64(text)
  );
  if (salt === undefined || nonce?.length !== NONCE_BYTES || sealed === undefined) throw damaged();
  const key = await keyOf(passphrase, salt);
  let content: ArrayBuffer;
  try {
    content = await crypto.subtle.decrypt(parametersOf(nonce), key, sealed);
  } catch {
    // The cipher cannot distinguish a wrong passphrase from damage.
    throw new AccountError(
      "The file does not open: the passphrase is wrong, or the file is damaged",
    );
  }
  const parsed = CONTENT.safeParse(parsedJson(utf8Text(new Uint8Array(content))));
  if (!parsed.success) throw damaged();
  return parsed.data.accounts;
}

function parametersOf(iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  // Authenticated, so that a file's version cannot be changed.
  return { name: "AES-GCM", iv, additionalData: utf8Bytes(`${FORMAT} ${VERSION}`) };
}

async function keyOf(passphrase: Secret, salt: Uint8Array): Promise<CryptoKey> {
  // Another machine's keyboard may produce another Unicode composition of the same letters.
  const text = passphrase.reveal().normalize("NFC");
  const bytes = await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) =>
    scrypt(text, salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    })
  );
  return await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

function damaged(): AccountError {
  return new AccountError("The file is damaged; take another copy of it");
}
