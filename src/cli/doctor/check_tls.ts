/**
 * Checks the gateway's own certificate and key.
 *
 * @module
 */
import type { Config } from "../../config/schema.ts";
import { hostsOf, keyPairFiles, NO_CERTIFICATE } from "../../daemon/tls/gateway_tls.ts";
import { type CertificateFacts, factsOf, readKeyPair } from "../../daemon/tls/key_pair.ts";
import { isLoopbackHost } from "../../server/access/key_policy.ts";
import { type Finding, findingOf } from "./finding.ts";

const CHECK = "tls";

/** A certificate that expires sooner is a warning, in ms. Certificate authorities issue them for at least 6 days. */
const SOON_MS = 2 * 86_400_000;

/** The permission bits of other users. The group's are allowed: services often read certificates through a group. */
const OTHERS = 0o007;

/** Checks both files; reads them as `serve` does. */
export async function checkTls(
  { server }: Pick<Config, "server">,
  now: number = Date.now(),
): Promise<readonly Finding[]> {
  const files = keyPairFiles({ server });
  if (files === undefined) {
    if (server.tls.port === undefined) return [];
    const remedy = "Set both, or leave out server.tls.port";
    return [{ check: CHECK, severity: "warning", message: NO_CERTIFICATE, remedy }];
  }
  try {
    const facts = factsOf(await readKeyPair(files));
    return [
      validity(facts, { path: files.cert, now }),
      ...await openKey(files.key),
      ...missingNames(facts, hostsOf({ server })),
    ];
  } catch (error) {
    const remedy = "Correct the files, or the settings that name them";
    return [findingOf(error, { check: CHECK, remedy })];
  }
}

function validity(
  { validFromMs, validToMs }: CertificateFacts,
  { path, now }: { readonly path: string; readonly now: number },
): Finding {
  const from = new Date(validFromMs).toISOString();
  const to = new Date(validToMs).toISOString();
  const remedy = "Renew it; a running gateway loads the new files within two seconds";
  if (now >= validToMs) {
    const message = `The certificate in "${path}" was valid until ${to}`;
    return { check: CHECK, severity: "error", message, remedy };
  }
  if (now < validFromMs) {
    const message = `The certificate in "${path}" is not valid before ${from}`;
    return { check: CHECK, severity: "error", message, remedy: "Check this machine's clock" };
  }
  const message = `The certificate in "${path}" is valid until ${to}, and the key matches it`;
  return validToMs - now < SOON_MS
    ? { check: CHECK, severity: "warning", message, remedy }
    : { check: CHECK, severity: "ok", message };
}

async function openKey(path: string): Promise<readonly Finding[]> {
  const { mode } = await Deno.stat(path);
  if (mode === null || (mode & OTHERS) === 0) return [];
  const permissions = (mode & 0o777).toString(8).padStart(3, "0");
  return [{
    check: CHECK,
    severity: "warning",
    message: `Other users can read the key in "${path}": it has the permissions ${permissions}`,
    remedy: `Close it to other users: chmod o-rwx "${path}"`,
  }];
}

/** Finds hosts that the certificate lacks. Loopback names are not checked: certificates seldom contain them. */
function missingNames(
  facts: CertificateFacts,
  hosts: readonly string[],
): readonly Finding[] {
  const missing = hosts.filter((host) => !isLoopbackHost(host) && !facts.isFor(host));
  if (missing.length === 0) return [];
  const names = missing.map((host) => `"${host}"`).join(", ");
  const message =
    `The certificate is not valid for ${names}, but the settings allow clients to call these hosts`;
  return [{ check: CHECK, severity: "note", message }];
}
