/**
 * Creates the upstream of a `vertex` account.
 *
 * @module
 */
import type { Upstream } from "../upstream.ts";
import { misfit, type UpstreamParts } from "../upstream_factory.ts";
import { Vertex, type VertexAccess } from "./vertex.ts";

/**
 * Vertex AI in the account's project, or in express mode with an API key.
 *
 * @throws {TypeError} When an account without an API key has no project or no location.
 */
export function vertexOf(parts: UpstreamParts): Upstream {
  const { account, clock, outbound } = parts;
  return new Vertex({ baseUrls: account.baseUrls, access: accessOf(parts), clock, outbound });
}

function accessOf({ account, tokensOf }: UpstreamParts): VertexAccess {
  const { credential, project, location } = account;
  if (credential.type === "api_key") return { key: credential.key };
  if (project === undefined || location === undefined) {
    const edit = `pollux accounts edit ${account.name} --project … --location …`;
    throw misfit(account, `needs a project and a location; give it them: ${edit}`);
  }
  return { tokens: tokensOf(credential), place: { project, location } };
}
