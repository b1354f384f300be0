/**
 * The bodies of scripted errors, as Google's services were seen to write them.
 *
 * @module
 */
import { EMULATED_ADDRESS } from "../oauth/emulated_secret.ts";
import {
  detail,
  GoogleError,
  invalidApiKey,
  type Service,
  staleToken,
  unknownModel,
  unsupportedToken,
} from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import type {
  ErrorName,
  ErrorOutcome,
  LongQuotaOutcome,
  OutcomeSpec,
  ShortQuotaOutcome,
} from "./outcome.ts";

/** A scripted outcome that is an error. */
export type Fault = ErrorOutcome | ShortQuotaOutcome | LongQuotaOutcome;

/** Values in the texts of an error. */
export interface FaultContext {
  readonly service: Service;
  /** API version of the call, as `v1beta`. */
  readonly version: string;
  /** Method of the call, as `generateContent`. */
  readonly method: string;
  /** Bare model id; empty if the call has none. */
  readonly model: string;
  /** Vertex AI's name of the model; empty elsewhere. */
  readonly resource: string;
  /** Project of the account; empty if it has none. */
  readonly project: string;
  /** Now, in ms. */
  readonly now: number;
}

const NAMES: ReadonlySet<string> = new Set<ErrorName | "429-short" | "429-long">([
  "401-expired",
  "401-revoked",
  "400-key-invalid",
  "403-disabled",
  "403-perimeter",
  "403-validation",
  "404",
  "429-short",
  "429-long",
  "429-bare",
  "429-capacity",
  "429-daily",
  "500",
  "503",
  "529",
]);

/** Body of a 529; not in Google's format, as often from overloaded front ends. */
const OVERLOADED: JsonObject = {
  type: "error",
  error: { type: "overloaded_error", message: "Overloaded" },
};

/** Whether an outcome is an error. */
export function isFault(outcome: OutcomeSpec): outcome is Fault {
  return NAMES.has(outcome.type);
}

/**
 * Returns an error's HTTP status and body.
 *
 * @returns `status`: HTTP status; `body`: JSON.
 */
export function faultBody(
  fault: Fault,
  context: FaultContext,
): { readonly status: number; readonly body: JsonObject } {
  if (fault.type === "529") return { status: 529, body: OVERLOADED };
  const error = faultError(fault, context);
  return { status: error.code, body: error.toJSON() };
}

function faultError(fault: Fault, to: FaultContext): GoogleError {
  switch (fault.type) {
    case "401-expired":
      return staleToken(to.service, to.method);
    case "401-revoked":
      return unsupportedToken(to.service, to.method);
    case "400-key-invalid":
      return invalidApiKey(to.service);
    case "403-disabled":
      return serviceDisabled(to);
    case "403-perimeter":
      return perimeterViolated(to);
    case "403-validation":
      return validationRequired();
    case "404":
      return unknownModel(to.service, to);
    case "429-short":
      return quota(to, { reason: "RATE_LIMIT_EXCEEDED", delayMs: fault.delayMs });
    case "429-long":
      return quota(to, { reason: "QUOTA_EXHAUSTED", delayMs: fault.hours * 3_600_000 });
    case "429-daily":
      return quotaFailure(to, { period: "Day" });
    case "429-capacity":
      return capacity(to);
    case "429-bare":
      return new GoogleError(429, "RESOURCE_EXHAUSTED", {
        message: to.service === "aiplatform.googleapis.com"
          ? "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/" +
            "vertex-ai/generative-ai/docs/error-code-429 for more details."
          : "Resource has been exhausted (e.g. check quota).",
      });
    case "503":
      return new GoogleError(503, "UNAVAILABLE", {
        message: "The model is overloaded. Please try again later.",
      });
    default:
      return new GoogleError(500, "INTERNAL", {
        message: to.service !== "generativelanguage.googleapis.com"
          ? "Internal error encountered."
          : "An internal error has occurred. Please retry or report in " +
            "https://developers.generativeai.google/guide/troubleshooting",
      });
  }
}

interface Quota {
  readonly reason: "RATE_LIMIT_EXCEEDED" | "QUOTA_EXHAUSTED";
  readonly delayMs: number;
}

function quota(to: FaultContext, { reason, delayMs }: Quota): GoogleError {
  if (to.service === "generativelanguage.googleapis.com") {
    return quotaFailure(to, { period: reason === "QUOTA_EXHAUSTED" ? "Day" : "Minute", delayMs });
  }
  if (to.service === "aiplatform.googleapis.com") return vertexQuota(to, delayMs);
  return new GoogleError(429, "RESOURCE_EXHAUSTED", {
    message: "You have exhausted your capacity on this model. Your quota will reset after " +
      `${clockDuration(delayMs)}.`,
    legacyReason: "rateLimitExceeded",
    details: [
      detail("ErrorInfo", {
        reason,
        domain: to.service,
        metadata: {
          uiMessage: "true",
          model: to.model,
          quotaResetDelay: delayMs < 1000 ? `${delayMs}ms` : clockDuration(delayMs),
          quotaResetTimeStamp: new Date(to.now + delayMs).toISOString(),
        },
      }),
      detail("RetryInfo", { retryDelay: `${delayMs / 1000}s` }),
    ],
  });
}

/** Vertex AI's quota per minute. Google gives no delay there; a script can add one. */
function vertexQuota(to: FaultContext, delayMs: number): GoogleError {
  const metric = isEmbedding(to.method)
    ? "aiplatform.googleapis.com/online_prediction_requests_per_base_model"
    : "aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model";
  return new GoogleError(429, "RESOURCE_EXHAUSTED", {
    message: `Quota exceeded for ${metric} with base model: ${to.model}. Please submit a quota ` +
      "increase request. https://cloud.google.com/vertex-ai/docs/generative-ai/quotas-genai.",
    details: [
      detail("ErrorInfo", {
        reason: "RATE_LIMIT_EXCEEDED",
        domain: "googleapis.com",
        metadata: {
          consumer: `projects/${to.project}`,
          quota_metric: metric,
          service: to.service,
        },
      }),
      detail("RetryInfo", { retryDelay: `${delayMs / 1000}s` }),
    ],
  });
}

/** The quota error of API keys; Code Assist's daily one has the same detail. */
function quotaFailure(
  to: FaultContext,
  options: { readonly period: "Minute" | "Day"; readonly delayMs?: number },
): GoogleError {
  const { period, delayMs } = options;
  const [task, id] = isEmbedding(to.method)
    ? ["embed_content", `EmbedContentRequestsPer${period}PerUserPerProjectPerModel`]
    : ["generate_content", `GenerateRequestsPer${period}PerProjectPerModel`];
  const quotaMetric = `generativelanguage.googleapis.com/${task}_free_tier_requests`;
  const docs = "https://ai.google.dev/gemini-api/docs/rate-limits";
  const retry = delayMs === undefined ? "" : `\nPlease retry in ${delayMs / 1000}s.`;
  const violation = {
    quotaMetric,
    quotaId: `${id}-FreeTier`,
    quotaDimensions: { location: "global", model: to.model },
    quotaValue: "5",
  };
  return new GoogleError(429, "RESOURCE_EXHAUSTED", {
    message: "You exceeded your current quota, please check your plan and billing details. For " +
      `more information on this error, head to: ${docs}. \n* Quota exceeded for metric: ` +
      `${quotaMetric}, limit: 5, model: ${to.model}${retry}`,
    details: [
      detail("QuotaFailure", { violations: [violation] }),
      detail("Help", { links: [{ description: "Learn more about Gemini API quotas", url: docs }] }),
      ...(delayMs === undefined ? [] : [detail("RetryInfo", { retryDelay: `${delayMs / 1000}s` })]),
    ],
  });
}

/** Whether a method embeds, and so has its own quotas. */
function isEmbedding(method: string): boolean {
  return /embed|predict/i.test(method);
}

function capacity(to: FaultContext): GoogleError {
  return new GoogleError(429, "RESOURCE_EXHAUSTED", {
    message: `No capacity available for model ${to.model} on the server`,
    details: [
      detail("ErrorInfo", {
        reason: "MODEL_CAPACITY_EXHAUSTED",
        domain: "cloudcode-pa.googleapis.com",
        metadata: { model: to.model },
      }),
    ],
  });
}

/** The API that must be enabled for a service: its name, and its title in the console. */
const APIS: Readonly<Record<Service, readonly [api: string, title: string]>> = {
  "generativelanguage.googleapis.com": [
    "generativelanguage.googleapis.com",
    "Generative Language API",
  ],
  "aiplatform.googleapis.com": ["aiplatform.googleapis.com", "Vertex AI API"],
  "cloudcode-pa.googleapis.com": ["cloudaicompanion.googleapis.com", "Gemini for Google Cloud API"],
};

function serviceDisabled(to: FaultContext): GoogleError {
  const [api, serviceTitle] = APIS[to.service];
  const activationUrl =
    `https://console.developers.google.com/apis/api/${api}/overview?project=${to.project}`;
  const message = `${serviceTitle} has not been used in project ${to.project} before or it is ` +
    `disabled. Enable it by visiting ${activationUrl} then retry. If you enabled this API ` +
    "recently, wait a few minutes for the action to propagate to our systems and retry.";
  return new GoogleError(403, "PERMISSION_DENIED", {
    message,
    details: [
      detail("ErrorInfo", {
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: {
          service: api,
          serviceTitle,
          consumer: `projects/${to.project}`,
          containerInfo: to.project,
          activationUrl,
        },
      }),
      detail("LocalizedMessage", { locale: "en-US", message }),
      detail("Help", {
        links: [{ description: "Google developers console API activation", url: activationUrl }],
      }),
    ],
  });
}

/** @see {@link https://cloud.google.com/vpc-service-controls/docs/troubleshooting} */
function perimeterViolated(to: FaultContext): GoogleError {
  const uid = "emulated-perimeter-violation";
  return new GoogleError(403, "PERMISSION_DENIED", {
    message: "Request is prohibited by organization's policy. " +
      `vpcServiceControlsUniqueIdentifier: ${uid}`,
    details: [
      detail("PreconditionFailure", {
        violations: [{ type: "VPC_SERVICE_CONTROLS", description: uid }],
      }),
      detail("ErrorInfo", {
        reason: "SECURITY_POLICY_VIOLATED",
        domain: "googleapis.com",
        metadata: { uid, service: to.service, consumer: `projects/${to.project}` },
      }),
    ],
  });
}

function validationRequired(): GoogleError {
  const user = encodeURIComponent(EMULATED_ADDRESS);
  const link = `https://accounts.google.com/signin/continue?emulated=1&Email=${user}`;
  return new GoogleError(403, "PERMISSION_DENIED", {
    message: "Verify your account to continue.",
    details: [
      detail("ErrorInfo", {
        reason: "VALIDATION_REQUIRED",
        domain: "cloudcode-pa.googleapis.com",
        metadata: { validation_link: link },
      }),
      detail("Help", {
        links: [
          { description: "Verify your account", url: link },
          { description: "Learn more", url: "https://support.google.com/accounts?p=al_alert" },
        ],
      }),
    ],
  });
}

/** As `9h22m20s`: whole seconds, rounded up. */
function clockDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
