import assert from "node:assert/strict";
import {
  type ExportedAccount,
  isExport,
  openExport,
  readExport,
  sealExport,
} from "../../src/accounts/export_file.ts";
import { Secret } from "../../src/accounts/secret.ts";

const PASSPHRASE = new Secret("correct horse battery staple");

const ACCOUNTS: readonly ExportedAccount[] = [
  { id: "1", name: "home", fields: { kind: "gemini-api", enabled: true }, secret: '{"key":"k"}' },
  { id: "2", name: "later", fields: { kind: "not known yet", a: [1, null, {}] }, secret: "ü 🔑" },
];

async function open(text: string, passphrase = PASSPHRASE) {
  return await openExport(readExport(text), passphrase);
}

Deno.test("openExport() gives back what sealExport() sealed, whatever a version keeps in it", async () => {
  const text = await sealExport(ACCOUNTS, PASSPHRASE);
  assert.deepEqual(await open(text), ACCOUNTS);
  assert.ok(isExport(text));
  for (const word of ["home", "gemini-api", "later"]) assert.ok(!text.includes(word), word);
});

Deno.test("openExport() opens a file of format 1 that was written long ago", async () => {
  const text = await Deno.readTextFile(new URL("fixtures/export1.json", import.meta.url));
  assert.deepEqual(await open(text, new Secret("open sesame")), [
    { id: "1", name: "home", fields: { kind: "gemini-api" }, secret: '{"key":"made-up"}' },
  ]);
});

Deno.test("openExport() takes a passphrase however its letters are composed", async () => {
  const text = await sealExport(ACCOUNTS, new Secret("Grüße"));
  assert.deepEqual(await open(text, new Secret("Gru\u0308ße")), ACCOUNTS);
});

Deno.test("sealExport() never makes the same file twice", async () => {
  const [first, second] = [
    JSON.parse(await sealExport([], PASSPHRASE)),
    JSON.parse(await sealExport([], PASSPHRASE)),
  ];
  for (const member of ["salt", "nonce", "sealed"]) {
    assert.notEqual(first[member], second[member], member);
  }
});

Deno.test("openExport() refuses another passphrase, and a file of which anything was changed", async () => {
  const text = await sealExport(ACCOUNTS, PASSPHRASE);
  const file = JSON.parse(text);
  const refusal = {
    name: "AccountError",
    message: "The file does not open: the passphrase is wrong, or the file is damaged",
  };
  await assert.rejects(open(text, new Secret("correct horse")), refusal);
  for (const member of ["salt", "nonce", "sealed"]) {
    const bytes = Uint8Array.fromBase64(file[member]);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const changed = JSON.stringify({ ...file, [member]: bytes.toBase64() });
    await assert.rejects(open(changed), refusal, member);
  }
  const cut = Uint8Array.fromBase64(file.sealed).slice(0, -1).toBase64();
  await assert.rejects(open(JSON.stringify({ ...file, sealed: cut })), refusal);
});

Deno.test("readExport() says what is wrong with a file before the passphrase is asked for", async () => {
  const text = await sealExport([], PASSPHRASE);
  const file = JSON.parse(text);
  for (
    const other of ["", "no JSON", "[]", "{}", '{"type":"authorized_user"}', `x${text}`]
  ) {
    assert.throws(() => readExport(other), {
      name: "AccountError",
      message: /is not one that pollux/,
    });
    assert.equal(isExport(other), false, other);
  }
  const damage = /^AccountError: The file is damaged/;
  for (const length of [40, text.length / 2, text.length - 9]) {
    assert.equal(isExport(text.slice(0, length)), true);
    assert.throws(() => readExport(text.slice(0, length)), damage);
  }
  const newer = JSON.stringify({ ...file, version: 2, salt: undefined });
  assert.equal(isExport(newer), true);
  assert.throws(
    () => readExport(newer),
    /written by a newer Pollux \(format 2, this one knows 1\)/,
  );
  for (const change of [{ salt: undefined }, { nonce: 7 }, { sealed: "!" }, { version: 0 }]) {
    const changed = JSON.stringify({ ...file, ...change });
    assert.throws(() => readExport(changed), damage, changed);
  }
  const short = JSON.stringify({ ...file, nonce: "AAAA" });
  await assert.rejects(open(short), damage);
});
