/**
 * Members of credentials files, and the errors for missing ones.
 *
 * @module
 */
import * as z from "zod";
import { AccountError } from "../account_error.ts";

/** A text that is not empty. */
export const MEMBER = z.string().min(1);

/** A URL to which Pollux sends requests. */
export const ADDRESS = MEMBER.refine(isAddress);

/** The error for members that are missing or wrong; it names them and quotes no value. */
export function lacking(error: z.ZodError, remedy: string): AccountError {
  const members = error.issues.map((issue) => `"${issue.path.join(".")}"`).join(", ");
  return new AccountError(
    `The credentials file lacks ${members}, or has an unusable value there; ${remedy}`,
  );
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" && url.password === "";
}
