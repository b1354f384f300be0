/**
 * Runs programs as a container of the image would, without a container engine: with the image's files as a read-only
 * root, its user, variables and volume, as process 1, and without a way to get rights. Linux, as root.
 *
 * @module
 */
import assert from "node:assert/strict";
import { within } from "../../support/deadline.ts";
import { keepPrinted } from "../../support/keep_printed.ts";
import type { Lack } from "../../support/left_out.ts";
import { programFolder } from "../../support/program_folder.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import type { Image } from "./dockerfile.ts";

/** Mounts the root and the volume, and becomes the program. */
const START = `set -e
root=$1 volume=$2 user=$3
shift 3
mount --bind "$root" "$root"
mount --bind "$volume" "$root/data"
mount -t proc proc "$root/proc"
for device in null random urandom zero; do
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"
`;

/** The variable in every container. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const LIMIT_MS = 60_000;

/** What a finished program did. */
export interface Finished {
  readonly code: number;
  /** Both outputs. */
  readonly text: string;
}

/** A running gateway. Disposing of it kills it. */
export interface RunningContainer extends AsyncDisposable {
  /** On the loopback address. */
  readonly url: string;
  /** Process 1 of the container, by its number outside. */
  readonly pid: number;
  /** Runs another program in it, as `docker exec` does. */
  exec(words: readonly string[]): Promise<Finished>;
  signal(name: Deno.Signal): void;
  readonly ended: Promise<Finished>;
}

/** An image's files and a volume. */
export interface ContainerPlace extends Disposable {
  /** The files that the image has, as seen from outside. */
  readonly root: string;
  /** Runs a program in a new container to its end, which is forced after a minute. */
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Starts a gateway in a new container. */
  start(env?: Readonly<Record<string, string>>): Promise<RunningContainer>;
}

/** Why there can be no container; undefined if there can. */
export function lackOfContainers(): Lack | undefined {
  if (Deno.build.os !== "linux") return { reason: "for Linux only", isExcused: true };
  return Deno.uid() === 0 ? undefined : { reason: "only root may mount", isExcused: true };
}

/** Lays the image's files out: the executable at its place, the libraries that it needs, and an empty volume. */
export async function layOut(executable: string, image: Image): Promise<ContainerPlace> {
  const folder = programFolder();
  const data = tempFolder();
  const root = `${folder.path}/root`;
  const volume = `${data.path}/volume`;
  const [program = ""] = image.entrypoint;
  await copyTo(root, { from: executable, to: program });
  for (const library of await librariesOf(executable)) {
    await copyTo(root, { from: library, to: library });
  }
  for (const name of ["data", "proc", "dev", "tmp", "etc"]) await Deno.mkdir(`${root}/${name}`);
  for (const name of ["null", "random", "urandom", "zero"]) {
    await Deno.writeTextFile(`${root}/dev/${name}`, "");
  }
  await Deno.mkdir(volume, { mode: 0o700 });
  const { uid, gid } = image.user;
  await Deno.chown(volume, uid, gid);
  // The user of the container has to reach it.
  await Deno.chmod(folder.path, 0o755);

  function spawn(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return new Deno.Command("unshare", {
      args: [
        ...["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"],
        ...["sh", "-c", START, "sh", root, volume, `${uid}:${gid}`, ...image.entrypoint, ...words],
      ],
      clearEnv: true,
      env: { PATH, ...image.env, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async function start(env: Readonly<Record<string, string>> = {}): Promise<RunningContainer> {
    const child = spawn(image.command, { POLLUX_SERVER_PORT: "0", ...env });
    const listens = Promise.withResolvers<number>();
    const ended = finished(child, (text) => {
      const port = /^Pollux listens on http:\/\/0\.0\.0\.0:(\d+)$/m.exec(text)?.[1];
      if (port !== undefined) listens.resolve(Number(port));
    });
    ended.then(({ text }) => listens.reject(new Error(`It does not listen: ${text}`)));
    const port = await within(LIMIT_MS, listens.promise, { what: "The container's start" })
      .catch(async (error) => {
        child.kill("SIGKILL");
        await ended;
        throw error;
      });
    const [pid = 0] = await childrenOf(child.pid);
    assert.ok(pid > 0);
    let isOver = false;
    ended.then(() => isOver = true);
    const signal = (name: Deno.Signal) => {
      if (!isOver) Deno.kill(pid, name);
    };
    return {
      url: `http://127.0.0.1:${port}`,
      pid,
      signal,
      ended,
      exec: (words) =>
        finished(
          new Deno.Command("nsenter", {
            args: [
              ...["--target", `${pid}`, "--mount", "--pid", "--root", "--wd"],
              ...["--setuid", `${uid}`, "--setgid", `${gid}`, "--", ...words],
            ],
            clearEnv: true,
            env: { PATH, ...image.env, ...env },
            stdin: "null",
            stdout: "piped",
            stderr: "piped",
          }).spawn(),
        ),
      async [Symbol.asyncDispose]() {
        signal("SIGKILL");
        await ended;
      },
    };
  }

  return {
    root,
    async run(words, env) {
      const child = spawn(words, env);
      const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
      return await finished(child).finally(() => clearTimeout(limit));
    },
    start,
    [Symbol.dispose]() {
      folder[Symbol.dispose]();
      data[Symbol.dispose]();
    },
  };
}

/** The libraries that the dynamic linker loads, and itself. */
async function librariesOf(executable: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command("ldd", { args: [executable] }).output();
  const paths = new TextDecoder().decode(stdout).matchAll(/(?:^|=>)\s+(\/\S+) \(/gm);
  return [...paths].flatMap(([, path]) => path ?? []);
}

async function copyTo(
  root: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await Deno.mkdir(`${root}${to}`.slice(0, `${root}${to}`.lastIndexOf("/")), { recursive: true });
  await Deno.copyFile(from, `${root}${to}`);
  await Deno.chmod(`${root}${to}`, 0o755);
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter((word) => word !== "").map(Number);
}

/** @param note Gets all of the standard output so far. */
async function finished(
  child: Deno.ChildProcess,
  note: (text: string) => void = () => {},
): Promise<Finished> {
  const [{ code }, out, error] = await Promise.all([
    child.status,
    collect(child.stdout, note),
    collect(child.stderr, () => {}),
  ]);
  keepPrinted(out + error);
  return { code, text: out + error };
}

async function collect(
  output: ReadableStream<Uint8Array>,
  note: (text: string) => void,
): Promise<string> {
  let text = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) note(text += chunk);
  return text;
}
