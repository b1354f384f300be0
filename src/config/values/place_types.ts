/**
 * The types of values that name hosts and origins. A value that no request can match is refused, with a
 * suggestion.
 *
 * @module
 */
import * as z from "zod";
import { isAddressRange } from "../../base/address_ranges.ts";
import { list } from "./value_types.ts";

/** A host as in a Host header, without port: a name, an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;

/** An origin as browsers send it: scheme and host in lower case, optionally a port, and nothing else. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/;

const WRITE_LISTEN = 'write an address and a port, as in "127.0.0.1:8046"';

/** The address to listen on; an IPv6 address may be in brackets, as in a URL. */
export const hostAddress = z.preprocess(
  (value) => typeof value === "string" ? value.replace(/^\[([0-9a-f:.]+)\]$/i, "$1") : value,
  z.string().min(1),
);

/** An address and a port to listen on, as in `127.0.0.1:8046` or `[::1]:8046`. */
export const listenAddress = z.string(WRITE_LISTEN).superRefine((text, context) => {
  if (listenPlace(text) !== undefined) return;
  context.addIssue({ code: "custom", message: `"${text}" is not an address: ${WRITE_LISTEN}` });
});

/** A place to listen. */
export interface ListenPlace {
  /** An IPv6 address has no brackets. */
  readonly host: string;
  /** 0 stands for any free port. */
  readonly port: number;
}

/** Reads an address and a port; undefined if the text is none. */
export function listenPlace(text: string): ListenPlace | undefined {
  const [, host, digits] = /^(\[[0-9a-f:.]+\]|[^:\s/[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}

/** Host names that clients may use. */
export const allowedHosts = checked(list, hostProblem);

/** Origins of web pages. */
export const corsOrigins = checked(list, originProblem);

/** Addresses of proxies. */
export const trustedProxies = checked(list, proxyProblem);

function checked(schema: typeof list, problemOf: (value: string) => string | undefined) {
  return schema.superRefine((values, context) => {
    values.forEach((value, index) => {
      const message = problemOf(value);
      if (message !== undefined) context.addIssue({ code: "custom", path: [index], message });
    });
  });
}

function hostProblem(value: string): string | undefined {
  if (HOST.test(value) && URL.canParse(`http://${value}`)) return undefined;
  if (value.includes("*")) {
    return `"${value}" matches no host: write each name by itself, as in "gateway.example.com"`;
  }
  const bare = `http://[${value}]`;
  const text = URL.canParse(bare) ? bare : value.includes("://") ? value : `http://${value}`;
  const name = URL.parse(text)?.hostname.replace(/\.$/, "") ?? "";
  const rule = "a host is a name or an address alone, without scheme, port or path";
  return HOST.test(name)
    ? `"${value}" can match no host: ${rule}; write "${name}"`
    : `"${value}" can match no host: ${rule}, as in "gateway.example.com"`;
}

function originProblem(value: string): string | undefined {
  if (value === "null") {
    return 'pages of many sources send "null"; write the origin of one page, ' +
      'as in "https://example.com"';
  }
  const origin = URL.parse(value)?.origin;
  const isWeb = /^https?:/i.test(value);
  if (!value.includes("*") && ORIGIN.test(value) && (!isWeb || origin === value)) return undefined;
  const rule = "an origin is a scheme, a host and an optional port";
  const guess = isWeb ? origin : URL.parse(`https://${value}`)?.origin;
  return guess === undefined || value.includes("*") || value.includes("://") && !isWeb
    ? `"${value}" can match no page: ${rule}, as in "https://example.com"`
    : `"${value}" can match no page: ${rule}; write "${guess}"`;
}

function proxyProblem(value: string): string | undefined {
  if (isAddressRange(value)) return undefined;
  return `"${value}" is not an address: write one as in "10.0.0.7", or a range as in "10.0.0.0/8"`;
}
