/**
 * The properties and requirements of each kind of account.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Credential } from "./account.ts";
import { vertexBaseUrl } from "./vertex_location.ts";

/** The rules of one kind. */
export interface KindRules {
  /** The API's name for users. */
  readonly title: string;
  /** Google's own base URL; `location` is used if the kind has one. */
  baseUrl(location?: string): string;
  /** The credentials that authorize its requests. */
  readonly credentials: readonly Credential["type"][];
  /** The fields that an account needs unless an API key names its project. */
  readonly needs: readonly ("project" | "location")[];
  /** Whether the user must accept a risk before such an account is added. */
  readonly asksConsent: boolean;
}

/** The rules of every kind. */
export const KIND_RULES: Readonly<Record<AccountKind, KindRules>> = {
  "gemini-api": {
    title: "the Gemini API",
    baseUrl: () => "https://generativelanguage.googleapis.com",
    credentials: ["api_key"],
    needs: [],
    asksConsent: false,
  },
  "vertex": {
    title: "Vertex AI",
    baseUrl: (location = "global") => vertexBaseUrl(location),
    credentials: [
      "service_account",
      "authorized_user",
      "impersonated_service_account",
      "external_account",
      "api_key",
    ],
    needs: ["project", "location"],
    asksConsent: false,
  },
  "code-assist": {
    title: "Gemini Code Assist",
    baseUrl: () => "https://cloudcode-pa.googleapis.com",
    credentials: ["authorized_user"],
    needs: [],
    asksConsent: true,
  },
};
