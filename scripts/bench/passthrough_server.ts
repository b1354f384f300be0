/**
 * The least that a gateway on this runtime can do, as the baseline: it buffers the request and forwards
 * it with its headers, and streams the response back with its status and headers. The first argument is
 * the upstream's address.
 *
 * @module
 */

const [upstream] = Deno.args;
if (upstream === undefined) throw new Error("Cannot start: the upstream's address is missing");

async function passOn(request: Request): Promise<Response> {
  const pathStart = request.url.indexOf("/", "http://".length);
  const response = await fetch(upstream + request.url.slice(pathStart), {
    method: request.method,
    headers: request.headers,
    ...(request.body === null ? {} : { body: await request.bytes() }),
  });
  return new Response(response.body, { status: response.status, headers: response.headers });
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, passOn);
