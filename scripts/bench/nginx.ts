/**
 * nginx as a plain `proxy_pass` with kept-alive upstream connections, to measure against.
 *
 * @module
 */
import type { ServerCommand } from "./server_process.ts";

/**
 * Writes a configuration with one worker, and returns the command that starts nginx with it.
 *
 * @param upstream `http://127.0.0.1:PORT` of the upstream.
 * @param folder An empty folder for nginx's own files.
 */
export async function prepareNginx(upstream: string, folder: string): Promise<ServerCommand> {
  const port = freePort();
  const config = `${folder}/nginx.conf`;
  await Deno.writeTextFile(config, configuration(upstream, { folder, port }));
  return {
    program: "nginx",
    args: ["-p", folder, "-c", config, "-e", "stderr"],
    url: `http://127.0.0.1:${port}`,
  };
}

function configuration(upstream: string, options: { folder: string; port: number }): string {
  const { folder, port } = options;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${folder}/${name};`).join("\n");
  return `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
${Deno.build.os !== "windows" && Deno.uid() === 0 ? "user root;" : ""}
events { worker_connections 2048; }
http {
  access_log off;
${temporary}
  keepalive_requests 1000000000;
  upstream benchmark {
    server ${new URL(upstream).host};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://benchmark;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}

/** nginx cannot listen on port 0 and report the port that it got. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    return listener.addr.port;
  } finally {
    listener.close();
  }
}
