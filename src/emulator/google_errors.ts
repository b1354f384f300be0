/**
 * The errors of Google's front end and models that need no script, with Google's messages. Status names
 * follow google/rpc/code.proto.
 *
 * @module
 */
import type { JsonObject } from "../base/json.ts";

/** The services that the emulator emulates. */
export type Service =
  | "generativelanguage.googleapis.com"
  | "aiplatform.googleapis.com"
  | "cloudcode-pa.googleapis.com";

/** Optional fields of a {@linkcode GoogleError}. */
export interface GoogleErrorOptions {
  /** google.rpc details. */
  readonly details?: readonly JsonObject[];
  /** The reason in Code Assist's legacy list beside `details`. */
  readonly legacyReason?: string;
}

/** A google.rpc error that ends a request. */
export class GoogleError extends Error {
  override readonly name = "GoogleError";
  /** HTTP status. */
  readonly code: number;
  /** google.rpc code name. */
  readonly status: string;
  readonly #options: GoogleErrorOptions;

  constructor(code: number, status: string, options: GoogleErrorOptions & { message: string }) {
    super(options.message);
    this.code = code;
    this.status = status;
    this.#options = options;
  }

  /** Returns the body, `{"error":{…}}`. */
  toJSON(): JsonObject {
    const { details = [], legacyReason } = this.#options;
    const legacy = { message: this.message, domain: "global", reason: legacyReason };
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(legacyReason === undefined ? {} : { errors: [legacy] }),
        status: this.status,
        ...(details.length === 0 ? {} : { details }),
      },
    };
  }
}

/**
 * Returns a google.rpc detail.
 *
 * @param type Name of the message, as `ErrorInfo`.
 * @param fields Its fields.
 */
export function detail(type: string, fields: JsonObject): JsonObject {
  return { "@type": `type.googleapis.com/google.rpc.${type}`, ...fields };
}

/** 400 INVALID_ARGUMENT without details. */
export function invalidArgument(message: string): GoogleError {
  return new GoogleError(400, "INVALID_ARGUMENT", { message });
}

/** 401: the access token is unknown, expired or revoked. */
export function staleToken(service: Service, method: string): GoogleError {
  return unauthenticated(
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie " +
      "or other valid authentication credential. See " +
      "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    { reason: "ACCESS_TOKEN_EXPIRED", service, method },
  );
}

/** 401: Google no longer accepts this kind of credential. */
export function unsupportedToken(service: Service, method: string): GoogleError {
  return unauthenticated(
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie " +
      "or other valid authentication credential. See " +
      "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    { reason: "ACCESS_TOKEN_TYPE_UNSUPPORTED", service, method },
  );
}

/** 401: no credential on a service that accepts only access tokens. */
export function missingToken(service: Service, method: string): GoogleError {
  return unauthenticated(
    "Request is missing required authentication credential. Expected OAuth 2 access token, login " +
      "cookie or other valid authentication credential. See " +
      "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    { reason: "CREDENTIALS_MISSING", service, method },
  );
}

/** 401: an API key on a service that accepts only access tokens. */
export function keysNotSupported(service: Service, method: string): GoogleError {
  return unauthenticated(
    "API keys are not supported by this API. Expected OAuth2 access token or other authentication " +
      "credentials that assert a principal. See https://cloud.google.com/docs/authentication",
    { reason: "CREDENTIALS_MISSING", service, method },
  );
}

/** 400: an unknown API key. */
export function invalidApiKey(service: Service): GoogleError {
  const message = "API key not valid. Please pass a valid API key.";
  return new GoogleError(400, "INVALID_ARGUMENT", {
    message,
    details: [
      detail("ErrorInfo", {
        reason: "API_KEY_INVALID",
        domain: "googleapis.com",
        metadata: { service },
      }),
      detail("LocalizedMessage", { locale: "en-US", message }),
    ],
  });
}

/** 403: no credential at all on generativelanguage. */
export function unregisteredCaller(): GoogleError {
  return new GoogleError(403, "PERMISSION_DENIED", {
    message:
      "Method doesn't allow unregistered callers (callers without established identity). Please " +
      "use API Key or other form of API consumer identity to call this API.",
  });
}

/** 400: an API key and an access token in one request. */
export function multipleCredentials(): GoogleError {
  return invalidArgument("Multiple authentication credentials received. Please pass only one.");
}

/** 403: the project is missing or belongs to another user. */
export function projectDenied(service: Service, project: string): GoogleError {
  return new GoogleError(403, "PERMISSION_DENIED", {
    message: `Permission denied on resource project ${project}.`,
    details: [
      detail("ErrorInfo", {
        reason: "CONSUMER_INVALID",
        domain: "googleapis.com",
        metadata: { consumer: `projects/${project}`, service },
      }),
    ],
  });
}

/** 403: the caller lacks a Google Cloud permission on a resource, or the resource does not exist. */
export function iamDenied(permission: string, resource: string): GoogleError {
  const full = `//aiplatform.googleapis.com/${resource}`;
  return new GoogleError(403, "PERMISSION_DENIED", {
    message: `Permission '${permission}' denied on resource '${full}' (or it may not exist).`,
    details: [
      detail("ErrorInfo", {
        reason: "IAM_PERMISSION_DENIED",
        domain: "aiplatform.googleapis.com",
        metadata: { permission, resource },
      }),
    ],
  });
}

/**
 * 404: an unknown model, with the service's message.
 *
 * @param options `resource`: Vertex AI's name of the model.
 */
export function unknownModel(
  service: Service,
  options: { model: string; version: string; method: string; resource: string },
): GoogleError {
  return new GoogleError(404, "NOT_FOUND", { message: unknownModelText(service, options) });
}

function unknownModelText(
  service: Service,
  { model, version, method, resource }: Parameters<typeof unknownModel>[1],
): string {
  switch (service) {
    case "cloudcode-pa.googleapis.com":
      return "Requested entity was not found.";
    case "aiplatform.googleapis.com":
      return `Publisher Model \`${resource}\` was not found or your project does not have access ` +
        "to it. Please ensure you are using a valid model version. For more information, see: " +
        "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions";
    default:
      return `models/${model} is not found for API version ${version}, or is not supported for ` +
        `${method}. Call ModelService.ListModels to see the list of available models and their ` +
        "supported methods.";
  }
}

/** 400: one line for each violation in the body, and a BadRequest detail. */
export function badRequest(
  violations: readonly { readonly field: string; readonly description: string }[],
): GoogleError {
  return new GoogleError(400, "INVALID_ARGUMENT", {
    message: violations.map((violation) => violation.description).join("\n"),
    details: [
      detail("BadRequest", {
        fieldViolations: violations.map(({ field, description }) =>
          field === "" ? { description } : { field, description }
        ),
      }),
    ],
  });
}

function unauthenticated(
  message: string,
  info: { reason: string; service: Service; method: string },
): GoogleError {
  const { reason, service, method } = info;
  const metadata = { service, method };
  return new GoogleError(401, "UNAUTHENTICATED", {
    message,
    details: [detail("ErrorInfo", { reason, domain: "googleapis.com", metadata })],
  });
}
