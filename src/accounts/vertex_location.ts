/**
 * The locations of Vertex AI and their base URLs.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations}
 * @module
 */
import { AccountError } from "./account_error.ts";

/** Multi-regions, which keep data within their regions. */
const MULTI_REGIONS: readonly string[] = ["us", "eu"];

/** As `us-central1`; excludes characters that could change the host name it becomes a part of. */
const REGION = /^[a-z]+-[a-z]+\d+$/;

/** Whether a text is a region, a multi-region or `global`. */
export function isLocation(text: string): boolean {
  return text === "global" || MULTI_REGIONS.includes(text) || REGION.test(text);
}

/**
 * Reads a location as a user wrote it.
 *
 * @throws {AccountError} unless it is a region, a multi-region or `global`.
 */
export function parseLocation(text: string): string {
  if (isLocation(text)) return text;
  if (/^[a-z]+-[a-z]+\d+-[a-z]$/.test(text)) {
    throw new AccountError(
      `"${text}" is a zone; Vertex AI needs its region: "${text.slice(0, -2)}"`,
    );
  }
  throw new AccountError(
    `"${text}" is not a location of Vertex AI; use a region, such as "us-central1", ` +
      `or "global", "us" or "eu"`,
  );
}

/** Google's base URL for a location from {@linkcode parseLocation}. */
export function vertexBaseUrl(location: string): string {
  if (location === "global") return "https://aiplatform.googleapis.com";
  return MULTI_REGIONS.includes(location)
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-aiplatform.googleapis.com`;
}
