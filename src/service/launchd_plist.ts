/**
 * The property list of launchd: a user's agent, or a daemon that runs as that user from boot on.
 *
 * @see launchd.plist(5)
 * @module
 */
import XMLBuilder from "fast-xml-builder";
import { defined } from "../base/defined.ts";
import { MARKER, OPEN_FILES, serveArguments, type ServiceSubject } from "./service_subject.ts";

/** The name by which launchd knows the job. */
export const LAUNCHD_LABEL = "pollux.gateway";

const PROLOGUE = `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARKER} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

/** Least time between two starts, in s. */
const THROTTLE_SECONDS = 10;

/** Settings that depend on the machine. */
export interface PlistOptions {
  /** The file for the gateway's output. */
  readonly logFile: string;
  /** The user that a daemon runs as, since it does not need root; undefined for an agent. */
  readonly userName: string | undefined;
}

/** The values of a property list that are needed here. */
type PlistValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [key: string]: PlistValue };

/** An element in the builder's notation: its name, and its children in order. */
type Element = Record<string, unknown>;

/** Returns the text of the property list. */
export function launchdPlist(subject: ServiceSubject, options: PlistOptions): string {
  const { executable, masterKeyFile, stopSeconds } = subject;
  const { logFile, userName } = options;
  const variables = {
    ...defined({ POLLUX_MASTER_KEY_FILE: masterKeyFile }),
    ...Object.fromEntries(subject.variables ?? []),
  };
  const job: PlistValue = {
    Label: LAUNCHD_LABEL,
    ProgramArguments: [executable, ...serveArguments(subject)],
    ...defined({ UserName: userName }),
    ...(Object.keys(variables).length === 0 ? {} : { EnvironmentVariables: variables }),
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_SECONDS,
    ExitTimeOut: stopSeconds,
    // macOS throttles every other process type while the user works on something else.
    ProcessType: "Interactive",
    // The default is 256.
    SoftResourceLimits: { NumberOfFiles: OPEN_FILES },
    // launchd reads it as a decimal number.
    Umask: 0o077,
    StandardOutPath: logFile,
    StandardErrorPath: logFile,
  };
  const builder = new XMLBuilder({
    preserveOrder: true,
    format: true,
    ignoreAttributes: false,
    suppressEmptyNode: true,
  });
  const document = [{ plist: [elementOf(job)], ":@": { "@_version": "1.0" } }];
  return `${PROLOGUE}${builder.build(document).trim()}\n`;
}

function elementOf(value: PlistValue): Element {
  switch (typeof value) {
    case "string":
      return { string: [textOf(value)] };
    case "number":
      return { integer: [textOf(String(value))] };
    case "boolean":
      return { [String(value)]: [] };
    default:
      return isList(value) ? { array: value.map(elementOf) } : {
        dict: Object.entries(value).flatMap(([key, value]) => [
          { key: [textOf(key)] },
          elementOf(value),
        ]),
      };
  }
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

function textOf(text: string): Element {
  return { "#text": text };
}
