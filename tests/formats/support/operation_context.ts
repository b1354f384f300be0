/**
 * The context of an operation, without a gateway.
 *
 * @module
 */
import type { FormBody, FormFile } from "../../../src/formats/form/form_body.ts";
import type { OperationContext } from "../../../src/formats/operation.ts";

/** 1 January 2026, in ms since the epoch. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** A context that knows the aliases, and keeps nothing. */
export function operationContext(
  aliases: Readonly<Record<string, string>> = {},
): OperationContext {
  let made = 0;
  return {
    resolveModel: (name) => aliases[name] ?? name,
    keptCall: () => undefined,
    keepCall: (_, prefix) => `${prefix}${String(++made).padStart(22, "0")}`,
    previousContents: undefined,
    keepExchange: () => {},
    newId: (prefix) => `${prefix}${String(++made).padStart(24, "0")}`,
    nowMs: NOW_MS,
  };
}

/** A form with these fields, and files whose bytes are given as text, one byte a character. */
export function formOf(
  fields: Readonly<Record<string, string>>,
  files: readonly (Partial<FormFile> & { readonly field: string; readonly text?: string })[] = [],
): FormBody {
  return {
    fields: Object.entries(fields),
    files: files.map(({ field, name = "", type = "", text, bytes }) => ({
      field,
      name,
      type,
      bytes: bytes ?? Uint8Array.from(text ?? "", (sign) => sign.charCodeAt(0)),
    })),
  };
}
