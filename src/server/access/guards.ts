/**
 * The guards of the gateway's addresses: the main one, and that of the admin API.
 *
 * @module
 */
import type { ReceivedBy } from "../environment.ts";
import type { GatewaySettings } from "../settings.ts";
import { Guard } from "./guard.ts";

/** The guards. */
export class Guards {
  /** Of the main address. */
  readonly main: Guard;
  readonly #admin: Guard;

  constructor({ server, admin }: Pick<GatewaySettings, "server" | "admin">) {
    this.main = new Guard(server);
    this.#admin = admin.listenHost === undefined
      ? this.main
      : new Guard({ ...server, host: admin.listenHost });
  }

  /** The guard of the address at which a request arrived. */
  of(by: ReceivedBy | undefined): Guard {
    return by?.isAdminAddress === true ? this.#admin : this.main;
  }
}
