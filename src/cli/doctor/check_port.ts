/**
 * Checks whether the gateway could listen, or which program has its port.
 *
 * @module
 */
import { ANOTHER_POLLUX, portHolder } from "../../daemon/port_holder.ts";
import { type Finding, messageOf } from "./finding.ts";

const CHECK = "port";

/** The port to check. */
export interface CheckedPort {
  readonly host: string;
  readonly port: number;
  /** The setting that names it. Default: `server.port`. */
  readonly setting?: string;
  /** The address of the gateway that runs on the data folder, if one does. */
  readonly own?: string | undefined;
}

/** Listens on the port for a moment. */
export async function checkPort(
  { host, port, setting = "server.port", own }: CheckedPort,
): Promise<readonly Finding[]> {
  const where = `${host}:${port}`;
  try {
    Deno.listen({ hostname: host, port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return [await taken({ host, port, setting, own })];
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
  const message = port === 0 ? "The gateway takes any free port" : `${where} is free`;
  return [{ check: CHECK, severity: "ok", message }];
}

async function taken(
  { host, port, setting, own }: Required<CheckedPort>,
): Promise<Finding> {
  const where = `${host}:${port}`;
  if (own !== undefined && portOf(own) === port) {
    return { check: CHECK, severity: "ok", message: `The gateway has ${where}` };
  }
  const holder = await portHolder(host, port);
  const isPollux = holder === ANOTHER_POLLUX;
  // The gateway has a port for http and one for https; its address names only one of them.
  if (isPollux && own !== undefined && setting !== "server.port") {
    return { check: CHECK, severity: "ok", message: `A Pollux has ${where}` };
  }
  const whose = isPollux ? `${holder}, which has another data folder` : holder;
  return {
    check: CHECK,
    severity: own === undefined ? "error" : "warning",
    message: `${where} is taken by ${whose}`,
    remedy: isPollux
      ? `Stop it, set another ${setting}, or name its data folder with --data-dir`
      : `Stop that program, or set another ${setting}`,
  };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return Number(port) || (protocol === "https:" ? 443 : 80);
}
