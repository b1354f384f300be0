/**
 * The errors of files, with Google's messages.
 *
 * @module
 */
import { GoogleError, invalidArgument } from "../google_errors.ts";

/**
 * 403 for a file of another project, an expired or deleted file, and a file that never existed: Google does
 * not distinguish them (googleapis/python-genai#1218).
 */
export function fileDenied(id: string): GoogleError {
  return new GoogleError(403, "PERMISSION_DENIED", {
    message: `You do not have permission to access the File ${id} or it may not exist.`,
  });
}

/** 400 for a prompt with a file that is not ACTIVE. */
export function fileNotActive(id: string): GoogleError {
  return new GoogleError(400, "FAILED_PRECONDITION", {
    message: `The File ${id} is not in an ACTIVE state and usage is not allowed.`,
  });
}

/** 400 for the URI of a file that is not Google's. */
export function unsupportedUri(uri: string): GoogleError {
  return invalidArgument(`Invalid or unsupported file uri: ${uri}`);
}

/** 409 for a chosen name that is in use. */
export function fileExists(id: string): GoogleError {
  return new GoogleError(409, "ALREADY_EXISTS", { message: `File files/${id} already exists.` });
}

/** 400 for the download of a file that a client uploaded. */
export function notGenerated(): GoogleError {
  return invalidArgument("Only files with source GENERATED can be downloaded.");
}
