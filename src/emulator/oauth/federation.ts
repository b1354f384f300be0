/**
 * Credentials that are exchanged for others: Google's Security Token Service, which exchanges tokens of
 * other identity providers, and the API that issues tokens of service accounts to principals that may
 * impersonate them.
 *
 * @see {@link https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token}
 * @see {@link https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken}
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { isJsonObject, type JsonObject, parsedJson } from "../../base/json.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import type { AuthorizedUser, EmulatedAccounts } from "../emulated_accounts.ts";
import { EMULATED_SECRET } from "./emulated_secret.ts";
import { prettyJson } from "../http/framing.ts";
import { badRequest, GoogleError, invalidArgument } from "../google_errors.ts";
import type { ServiceAccountFile } from "./service_account.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const CLOUD_SCOPE = "https://www.googleapis.com/auth/cloud-platform";

const STS_PATH = "/v1/token";
const IMPERSONATION_PATH = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/;
const SUBJECT_PATH = /^\/subject-tokens\/([\w-]+)$/;

/** The header that the subject token's URL requires, as metadata servers do. */
const SUBJECT_HEADER = ["x-emulated-metadata", "true"] as const;

/** The fields of an exchange. */
const STS_FIELDS = [
  "grant_type",
  "audience",
  "scope",
  "requested_token_type",
  "subject_token",
  "subject_token_type",
  "options",
];

/** A workload identity configuration, whose URLs are the emulator's. */
export interface ExternalAccountFile {
  readonly type: "external_account";
  readonly audience: string;
  readonly subject_token_type: string;
  readonly token_url: string;
  readonly credential_source: Readonly<Record<string, unknown>>;
  readonly service_account_impersonation_url?: string;
}

/** A credentials file for impersonating a service account. */
export interface ImpersonatedFile {
  readonly type: "impersonated_service_account";
  readonly service_account_impersonation_url: string;
  readonly delegates: readonly string[];
  readonly source_credentials: AuthorizedUser | ServiceAccountFile | ExternalAccountFile;
}

/** Options of a workload. */
export interface WorkloadOptions {
  /** Project of the service account that it impersonates; undefined: its own token is used. */
  readonly actsIn?: string;
  /** Source of its token; default: a URL of the emulator. */
  readonly source?: Readonly<Record<string, unknown>>;
}

interface Workload {
  readonly account: EmulatedAccount;
  readonly audience: string;
  /** The provider's current token. */
  subjectToken: string;
}

/** The workloads, and which principals may impersonate which service accounts. */
export class Federation {
  readonly #accounts: EmulatedAccounts;
  readonly #origin: () => string;
  readonly #clock: WallClock;
  readonly #workloads = new Map<string, Workload>();
  /** The principals that may impersonate a service account, by its address. */
  readonly #actors = new Map<string, Set<EmulatedAccount>>();

  constructor(
    accounts: EmulatedAccounts,
    by: { readonly origin: () => string; readonly clock: WallClock },
  ) {
    this.#accounts = accounts;
    this.#origin = by.origin;
    this.#clock = by.clock;
  }

  /** Adds a workload of another identity provider; returns its configuration. */
  addWorkload(name: string, options: WorkloadOptions = {}): ExternalAccountFile {
    const { actsIn: project, source } = options;
    const own = project === undefined ? name : `${name}/workload`;
    const account = this.#accounts.addPrincipal(own);
    const audience = "//iam.googleapis.com/projects/123456789/locations/global/" +
      `workloadIdentityPools/pool-${this.#workloads.size + 1}/providers/provider`;
    const subjectToken = `${EMULATED_SECRET}subject-${this.#workloads.size + 1}.1`;
    this.#workloads.set(name, { account, audience, subjectToken });
    return {
      type: "external_account",
      audience,
      subject_token_type: JWT,
      token_url: this.#origin() + STS_PATH,
      credential_source: source ?? {
        url: `${this.#origin()}/subject-tokens/${name}`,
        headers: Object.fromEntries([SUBJECT_HEADER]),
        format: { type: "json", subject_token_field_name: "id_token" },
      },
      ...(project === undefined
        ? {}
        : { service_account_impersonation_url: this.#target(name, project, account) }),
    };
  }

  /** Adds a service account that another account impersonates; returns the credentials file. */
  addImpersonated(
    name: string,
    by: {
      /** The emulator's name of the impersonating account. */
      readonly actor: string;
      readonly source: ImpersonatedFile["source_credentials"];
      readonly project?: string;
    },
  ): ImpersonatedFile {
    const { actor, source, project = "emulated-project" } = by;
    return {
      type: "impersonated_service_account",
      service_account_impersonation_url: this.#target(name, project, this.#accounts.named(actor)),
      delegates: [],
      source_credentials: source,
    };
  }

  /** The current token of a workload's provider. */
  subjectToken(name: string): string {
    return this.#workload(name).subjectToken;
  }

  /** Replaces a workload's token; the previous one is refused from now on. */
  replaceSubjectToken(name: string): string {
    const workload = this.#workload(name);
    const [head, number] = workload.subjectToken.split(".");
    return workload.subjectToken = `${head}.${Number(number) + 1}`;
  }

  /** Handles a request to one of these services; returns undefined for other requests. */
  answer(
    request: Request,
    { url, body }: { readonly url: URL; readonly body: string | undefined },
  ): { readonly account: string | undefined; readonly response: Response } | undefined {
    const { pathname } = url;
    const subject = SUBJECT_PATH.exec(pathname)?.[1];
    if (subject !== undefined) {
      return { account: subject, response: this.#giveSubject(request, subject) };
    }
    const email = IMPERSONATION_PATH.exec(pathname)?.[1];
    if (pathname !== STS_PATH && email === undefined) return undefined;
    if (request.method !== "POST") return { account: undefined, response: json(405, {}) };
    if (email === undefined) return this.#exchange(new URLSearchParams(body ?? ""));
    const actor = this.#actor(request);
    try {
      const account = this.#accounts.withEmail(decodeURIComponent(email));
      const answer = this.#impersonate(account, { actor, body: body ?? "" });
      return { account: account?.name, response: json(200, answer) };
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      return { account: actor?.name, response: json(error.code, error.toJSON()) };
    }
  }

  #giveSubject(request: Request, name: string): Response {
    const [header, value] = SUBJECT_HEADER;
    if (request.method !== "GET" || request.headers.get(header) !== value) return json(403, {});
    return json(200, { id_token: this.#workload(name).subjectToken });
  }

  #exchange(
    form: URLSearchParams,
  ): { readonly account: string | undefined; readonly response: Response } {
    const workload = [...this.#workloads.values()]
      .find(({ audience }) => audience === form.get("audience"));
    const fault = this.#exchangeFault(form, workload);
    if (workload === undefined || fault !== undefined) {
      const [error = "invalid_request", error_description = ""] = fault ?? [];
      return { account: undefined, response: json(400, { error, error_description }) };
    }
    const { account } = workload;
    account.tokenRequests += 1;
    const access_token = this.#accounts.issueToken(account);
    const answer = {
      access_token,
      issued_token_type: ACCESS_TOKEN,
      token_type: "Bearer",
      expires_in: account.expiresInSeconds,
    };
    return { account: account.name, response: json(200, answer) };
  }

  #exchangeFault(
    form: URLSearchParams,
    workload: Workload | undefined,
  ): readonly [error: string, description: string] | undefined {
    const unknown = [...form.keys()].find((name) => !STS_FIELDS.includes(name));
    if (unknown !== undefined) return ["invalid_request", `Unknown name "${unknown}"`];
    if (form.get("grant_type") !== GRANT_TYPE) {
      return ["unsupported_grant_type", "Invalid grant type."];
    }
    if (workload === undefined) return ["invalid_target", 'Invalid value for "audience".'];
    if (form.get("requested_token_type") !== ACCESS_TOKEN) {
      return ["invalid_request", "Invalid requested token type."];
    }
    if (form.get("subject_token_type") !== JWT) {
      return ["invalid_request", "Invalid subject token type."];
    }
    if (!(form.get("scope") ?? "").split(" ").includes(CLOUD_SCOPE)) {
      return ["invalid_scope", "Invalid scope."];
    }
    return form.get("subject_token") === workload.subjectToken
      ? undefined
      : ["invalid_grant", "The given credential is rejected by the attribute condition."];
  }

  #actor(request: Request): EmulatedAccount | undefined {
    const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    return token === undefined ? undefined : this.#accounts.withAccessToken(token);
  }

  #impersonate(
    account: EmulatedAccount | undefined,
    { actor, body }: { readonly actor: EmulatedAccount | undefined; readonly body: string },
  ): JsonObject {
    if (actor === undefined) {
      const message = "Request had invalid authentication credentials.";
      throw new GoogleError(401, "UNAUTHENTICATED", { message });
    }
    if (account === undefined || account.revoked || !this.#mayAct(actor, account)) {
      throw new GoogleError(403, "PERMISSION_DENIED", {
        message:
          "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      });
    }
    const lifetimeS = lifetimeIn(body);
    const accessToken = this.#accounts.issueToken(account);
    account.tokenRequests += 1;
    return {
      accessToken,
      expireTime: new Date(this.#clock.now() + 1000 * lifetimeS).toISOString(),
    };
  }

  #mayAct(actor: EmulatedAccount, account: EmulatedAccount): boolean {
    return [...this.#actors].some(([email, actors]) =>
      this.#accounts.withEmail(email) === account && actors.has(actor)
    );
  }

  #target(name: string, project: string, actor: EmulatedAccount): string {
    const email = this.#accounts.addServiceEmail(name, project);
    this.#actors.set(email, new Set([actor]));
    return `${this.#origin()}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  }

  #workload(name: string): Workload {
    const workload = this.#workloads.get(name);
    if (workload === undefined) throw new Error(`The emulator has no workload named "${name}"`);
    return workload;
  }
}

/** Returns the lifetime that a generateAccessToken requests, in seconds; validates the whole body. */
function lifetimeIn(body: string): number {
  const value = parsedJson(body);
  if (value === undefined) {
    throw badRequest([{ field: "", description: "Invalid JSON payload received." }]);
  }
  const { delegates = [], scope, lifetime = "3600s", ...rest } = isJsonObject(value) ? value : {};
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    const description =
      `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`;
    throw badRequest([{ field: "", description }]);
  }
  if (!Array.isArray(scope) || !scope.includes(CLOUD_SCOPE) || !Array.isArray(delegates)) {
    throw invalidArgument("Request contains an invalid argument.");
  }
  const seconds = Number(/^(\d+)s$/.exec(String(lifetime))?.[1] ?? 0);
  // Twelve hours need an organization policy.
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw invalidArgument("Request contains an invalid argument.");
}

function json(status: number, body: JsonObject): Response {
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return new Response(prettyJson(body), { status, headers });
}
