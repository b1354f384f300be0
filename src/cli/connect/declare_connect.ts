/**
 * Declares `pollux connect` and `pollux disconnect`.
 *
 * @module
 */
import { Argument, type Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { CLIENT_IDS, type ClientId } from "./clients/client_ids.ts";
import { type ConnectOptions, withConnectOptions } from "./connect_options.ts";

/** Adds both commands to the program. */
export function declareConnect(program: Command, terminal: Terminal): void {
  const connect = withConnectOptions(program.command("connect"))
    .description("point a client at the gateway; without a client, list them")
    .addArgument(new Argument("[client]", "the client").choices(CLIENT_IDS))
    .action(async (client: ClientId | undefined, options: ConnectOptions) => {
      if (client === undefined) {
        const { listClients } = await import("./list_clients.ts");
        listClients(options, terminal);
        return;
      }
      const { connect } = await import("./connect.ts");
      await connect(client, options, terminal);
    });
  withHelp(connect, {
    output: [
      "The lines of the client's settings that change, and a question. Keys are",
      "not shown. The files as they were are kept in the data folder.",
    ],
    examples: [
      "pollux connect",
      "pollux connect claude-code",
      "pollux connect codex --print",
      "pollux keys create codex --key-only | pollux connect codex --key-stdin --yes",
    ],
  });

  const disconnect = program.command("disconnect")
    .description("put a client's settings back as they were")
    .addArgument(new Argument("<client>", "the client").choices(CLIENT_IDS))
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .action(async (client: ClientId, options) => {
      const { disconnect } = await import("./disconnect.ts");
      await disconnect(client, options, terminal);
    });
  withHelp(disconnect, {
    output: ["One line for each file: what became of it."],
    examples: ["pollux disconnect claude-code"],
  });
}
