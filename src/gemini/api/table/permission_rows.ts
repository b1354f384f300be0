/**
 * The rows of permissions, which tuned models and corpora have.
 *
 * @module
 */
import { ACT, CHANGE, READ, REMOVE } from "./row_bases.ts";

/**
 * The rows of the permissions of a collection's resources.
 *
 * @param path The path of such a resource, as `corpora/{corpus}`.
 */
export function permissionRows<Of extends string>(of: Of, path: string) {
  const common = { kinds: { "gemini-api": "resource" }, names: [of] } as const;
  const permission = `${path}/permissions/{permission}`;
  return {
    create: { ...ACT, ...common, path: `${path}/permissions` },
    list: { ...READ, ...common, path: `${path}/permissions` },
    get: { ...READ, ...common, path: permission },
    patch: { ...CHANGE, ...common, path: permission },
    delete: { ...REMOVE, ...common, path: permission },
  } as const;
}
