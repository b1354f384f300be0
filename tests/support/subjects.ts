/**
 * Gateways to define services for.
 *
 * @module
 */
import fc from "fast-check";
import { isSayable, type ServiceSubject } from "../../src/service/service_subject.ts";

/** An ordinary gateway of a user. */
export const ADA: ServiceSubject = {
  executable: "/home/ada/.local/bin/pollux",
  configFile: "/home/ada/.config/pollux/config.yaml",
  dataDir: "/home/ada/.local/share/pollux",
  masterKeyFile: undefined,
  stopSeconds: 45,
};

/** Names with everything that a file system takes and a definition can say. */
const fileName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(..." %$\"'\\:;#=&<>[]{}()*~!@-+,|é→🙂hSdn"),
    minLength: 1,
    maxLength: 12,
  }),
).filter((name) => isSayable(name) && !name.includes("/") && name !== "." && name !== "..");

/** Absolute paths of a few such names. */
export const posixPath = fc.array(fileName, { minLength: 1, maxLength: 3 }).map((names) =>
  `/${names.join("/")}`
);

/** Gateways whose files have such paths. */
export const posixSubject: fc.Arbitrary<ServiceSubject> = fc.record({
  executable: posixPath,
  configFile: posixPath.map((path) => `/c${path}/config.yaml`),
  dataDir: posixPath.map((path) => `/d${path}`),
  masterKeyFile: fc.constant(undefined),
  stopSeconds: fc.integer({ min: 16, max: 3600 }),
});
