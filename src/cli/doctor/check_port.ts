/**
 * Checks whether the gateway could listen, or which program has its port.
 *
 * @module
 */
import { portHolder } from "../../daemon/port_holder.ts";
import { type Finding, messageOf } from "./finding.ts";

const CHECK = "port";

/** The port to check. */
export interface CheckedPort {
  readonly host: string;
  readonly port: number;
  /** The setting that names it. Default: `server.port`. */
  readonly setting?: string;
}

/** Listens on the port for a moment. */
export async function checkPort(
  { host, port, setting = "server.port" }: CheckedPort,
): Promise<readonly Finding[]> {
  const where = `${host}:${port}`;
  try {
    Deno.listen({ hostname: host, port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return [await taken({ host, port, setting })];
    const isNowhere = error instanceof Deno.errors.AddrNotAvailable;
    return [{
      check: CHECK,
      severity: "error",
      message: `Cannot listen on ${where}: ` +
        (isNowhere ? "this machine has no such address" : messageOf(error)),
      remedy: error instanceof Deno.errors.PermissionDenied
        ? `Choose a ${setting} above 1023; the lower ones belong to the system`
        : "Set server.host to an address of this machine, such as 127.0.0.1",
    }];
  }
  const message = port === 0
    ? "The gateway takes any free port"
    : `${where} is free: no gateway runs there`;
  return [{ check: CHECK, severity: "ok", message }];
}

async function taken(
  { host, port, setting }: Required<CheckedPort>,
): Promise<Finding> {
  const holder = await portHolder(host, port);
  return holder === "another Pollux"
    ? { check: CHECK, severity: "ok", message: `A Pollux runs on ${host}:${port}` }
    : {
      check: CHECK,
      severity: "error",
      message: `${host}:${port} is taken by ${holder}`,
      remedy: `Stop that program, or set another ${setting}`,
    };
}
