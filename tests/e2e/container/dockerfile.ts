/**
 * Reads a Dockerfile as far as this repository's needs it.
 *
 * @module
 */

/** An instruction; its lines are joined. */
export interface Instruction {
  /** As in `RUN`. */
  readonly name: string;
  readonly words: string;
}

/** What an image's last stage says of its containers. */
export interface Image {
  /** Of `ENV`. */
  readonly env: Readonly<Record<string, string>>;
  /** Of `USER`: the numbers of the user and the group. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly volumes: readonly string[];
  /** Of `EXPOSE`. */
  readonly port: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** The command of `HEALTHCHECK`. */
  readonly health: readonly string[];
}

/** Gives the instructions of each stage. */
export function stagesOf(text: string): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = [];
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line)).join("\n");
  for (const line of lines.replaceAll(/ *\\\n\s*/g, " ").split("\n")) {
    const [, name = "", words = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, words });
  }
  return stages;
}

/**
 * Reads what the last stage says.
 *
 * @throws {Error} If it lacks an instruction.
 */
export function imageOf(text: string): Image {
  const last = stagesOf(text).at(-1) ?? [];
  const wordsOf = (name: string) => {
    const found = last.find((instruction) => instruction.name === name);
    if (found === undefined) throw new Error(`The Dockerfile has no ${name}`);
    return found.words;
  };
  const [, uid = "", gid = ""] = /^(\d+):(\d+)$/.exec(wordsOf("USER")) ?? [];
  return {
    env: Object.fromEntries(
      wordsOf("ENV").split(" ").map((word) => {
        const [name = "", ...value] = word.split("=");
        return [name, value.join("=")];
      }),
    ),
    user: { uid: Number(uid), gid: Number(gid) },
    volumes: wordsOf("VOLUME").split(" "),
    port: Number(wordsOf("EXPOSE")),
    entrypoint: JSON.parse(wordsOf("ENTRYPOINT")),
    command: JSON.parse(wordsOf("CMD")),
    health: JSON.parse(/CMD (\[.*\])$/.exec(wordsOf("HEALTHCHECK"))?.[1] ?? ""),
  };
}
