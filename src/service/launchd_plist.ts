/**
 * The property list of launchd: an agent of a user, or a daemon that runs as that user from the
 * machine's start on.
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

/** What depends on the machine. */
export interface PlistOptions {
  /** Takes what the gateway prints. */
  readonly logFile: string;
  /** The user that a daemon runs as, since root needs not run it; undefined for an agent. */
  readonly userName: string | undefined;
}

/** Values of a property list, as far as they are needed. */
type PlistValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [key: string]: PlistValue };

/** An element as the builder takes it: its name, and its children in order. */
type Element = Record<string, unknown>;

/** The text of the property list. */
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
    // Anything less is slowed down while the user works on something else.
    ProcessType: "Interactive",
    // The machine's own is 256.
    SoftResourceLimits: { NumberOfFiles: OPEN_FILES },
    // launchd takes it as a decimal number.
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
