/**
 * The task of Windows' Task Scheduler that keeps the gateway running.
 *
 * @see {@link https://learn.microsoft.com/en-us/windows/win32/taskschd/task-scheduler-schema}
 * @module
 */
import XMLBuilder from "fast-xml-builder";
import {
  MARKER,
  serveArguments,
  type ServiceScope,
  type ServiceSubject,
} from "./service_subject.ts";
import { windowsArguments } from "./windows_arguments.ts";

/** The name of the task in the Task Scheduler. */
export const TASK_NAME = "Pollux";

const NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task";

/** Interval at which an ended gateway is started again; a running one is left alone. */
const WATCH_INTERVAL = "PT5M";

/** Settings that depend on the machine. */
export interface TaskOptions {
  /** `user`: from the user's logon on; `system`: from boot on, as the same user. */
  readonly scope: ServiceScope;
  /** `DOMAIN\name` of the user that the gateway runs as. */
  readonly userName: string;
}

/**
 * Returns the text of the task. Its file must be UTF-16, as the first line says.
 *
 * @throws {Error} when the Task Scheduler would expand part of a path as a variable.
 */
export function windowsTask(subject: ServiceSubject, options: TaskOptions): string {
  const { scope, userName } = options;
  for (const path of [subject.executable, ...serveArguments(subject)]) {
    if (/%|\$\(/.test(path)) {
      throw new Error(
        `The Task Scheduler takes "%" and "$(" for the beginning of a variable: rename "${path}"`,
      );
    }
  }
  const repeated = {
    Repetition: { Interval: WATCH_INTERVAL, StopAtDurationEnd: false },
    Enabled: true,
  };
  const builder = new XMLBuilder({
    format: true,
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
  });
  return builder.build({
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-16" },
    Task: {
      "@_version": "1.4",
      "@_xmlns": NAMESPACE,
      RegistrationInfo: {
        Source: MARKER,
        Description: "Pollux, a gateway for the Gemini API",
      },
      Triggers: {
        // Starts it as soon as the task is registered.
        RegistrationTrigger: repeated,
        ...(scope === "user"
          ? { LogonTrigger: { ...repeated, UserId: userName } }
          : { BootTrigger: repeated }),
      },
      Principals: {
        Principal: {
          "@_id": "Author",
          UserId: userName,
          // S4U needs no session, and stores no password.
          LogonType: scope === "user" ? "InteractiveToken" : "S4U",
          RunLevel: "LeastPrivilege",
        },
      },
      Settings: {
        MultipleInstancesPolicy: "IgnoreNew",
        DisallowStartIfOnBatteries: false,
        StopIfGoingOnBatteries: false,
        AllowHardTerminate: true,
        StartWhenAvailable: true,
        RunOnlyIfNetworkAvailable: false,
        RestartOnFailure: { Interval: "PT1M", Count: 999 },
        Hidden: true,
        ExecutionTimeLimit: "PT0S",
        // Normal priority; the default of a task is lower.
        Priority: 5,
      },
      Actions: {
        "@_Context": "Author",
        Exec: {
          Command: subject.executable,
          Arguments: windowsArguments(serveArguments(subject)),
        },
      },
    },
  });
}
