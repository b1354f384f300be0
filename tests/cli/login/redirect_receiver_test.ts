import assert from "node:assert/strict";
import { receiveRedirect } from "../../../src/cli/login/redirect_receiver.ts";

const PLACE = { port: 0, hostname: "127.0.0.1", path: "/oauth2callback" };

Deno.test("receiveRedirect() takes Google's answer at its own path only, by GET", async () => {
  await using receiver = receiveRedirect(PLACE);
  const { origin } = new URL(receiver.redirectUri);
  assert.match(receiver.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/oauth2callback$/);
  const others: readonly (readonly [string, string, number])[] = [
    ["GET", `${origin}/favicon.ico`, 404],
    ["GET", `${origin}/?code=x`, 404],
    ["POST", `${receiver.redirectUri}?code=x`, 405],
    ["GET", receiver.redirectUri, 400],
    ["GET", `${receiver.redirectUri}?state=x`, 400],
  ];
  for (const [method, url, status] of others) {
    const response = await fetch(url, { method });
    assert.equal(response.status, status, url);
    await response.body?.cancel();
  }
  const response = await fetch(`${receiver.redirectUri}?code=4%2F0A&state=s&x=%3Cb%3E`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("referrer-policy"), "no-referrer");
  assert.equal(response.headers.get("cache-control"), "no-store");
  const page = await response.text();
  assert.match(page, /Pollux has Google's response/);
  assert.doesNotMatch(page, /4\/0A|<b>/);
  assert.deepEqual(Object.fromEntries(await receiver.answer), {
    code: "4/0A",
    state: "s",
    x: "<b>",
  });
});

Deno.test("receiveRedirect() takes an error as an answer, and the first answer only", async () => {
  await using receiver = receiveRedirect({ ...PLACE, hostname: "localhost", path: "/" });
  const { port } = new URL(receiver.redirectUri);
  assert.equal(receiver.redirectUri, `http://localhost:${port}/`);
  for (const query of ["error=access_denied", "code=late"]) {
    const response = await fetch(`http://127.0.0.1:${port}/?${query}`);
    await response.body?.cancel();
  }
  assert.equal((await receiver.answer).get("error"), "access_denied");
});

Deno.test("receiveRedirect() says so when another program has the port", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.throws(
    () => receiveRedirect({ ...PLACE, port: listener.addr.port }),
    /^Error: Cannot listen on 127\.0\.0\.1:\d+ for Google's response: another program has this port$/,
  );
});
