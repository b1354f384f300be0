/**
 * The methods of stored files, except uploads.
 *
 * @see {@link https://ai.google.dev/api/files}
 * @module
 */
import { rpcName } from "../authentication.ts";
import { createFile } from "./create_file.ts";
import { invalidArgument, keysNotSupported } from "../google_errors.ts";
import { respondDownload } from "./respond_download.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { parseBody } from "../http/body.ts";
import { resourcePage } from "../resource_page.ts";
import { respondUpload } from "../uploads/respond_upload.ts";
import { textsAt } from "../json.ts";

/** Most URIs in one `files:register`. */
const MOST_URIS = 100;

/**
 * Handles a method of files.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondFiles(call: ServiceCall): Promise<Response> {
  const { route, query, account } = call;
  const { files } = call.stored;
  const project = account.ownerProject;
  switch (route.method) {
    case "files.list": {
      const options = { member: "files", project, defaultSize: 10, largestSize: 100 };
      const make = () => [resourcePage(files.list(project), query, options)];
      return respondScripted(call, { model: "", make });
    }
    case "files.get": {
      const file = files.find(route.id, project);
      return respondScripted(call, { model: "", make: () => [files.read(file)] });
    }
    case "files.delete":
      return deleteFile(call);
    case "files.register":
      return registerFiles(call);
    case "files.download":
    case "files.content":
      return respondDownload(call);
    default:
      return respondUpload(call, (metadata) => createFile(call, metadata));
  }
}

function deleteFile(call: ServiceCall): Promise<Response> {
  const { files } = call.stored;
  parseBody(call.rawBody, { message: "Empty", flavour: "dev" });
  const file = files.find(call.route.id, call.account.ownerProject);
  const make = () => {
    files.delete(file);
    return [{}];
  };
  return respondScripted(call, { model: "", make });
}

/** Registers objects in buckets, which only a principal can read: API keys are refused. */
function registerFiles(call: ServiceCall): Promise<Response> {
  const { account, route, stored } = call;
  if (account.hasKey) {
    throw keysNotSupported(route.service, rpcName(route));
  }
  const body = parseBody(call.rawBody, { message: "RegisterFilesRequest", flavour: "dev" });
  const uris = textsAt(body, "uris");
  if (uris.length === 0 || uris.length > MOST_URIS) {
    throw invalidArgument("* RegisterFilesRequest.uris: uris is not specified\n");
  }
  const bad = uris.find((uri) => !/^gs:\/\/[^/]+\/.+$/.test(uri));
  if (bad !== undefined) throw invalidArgument(`Invalid Cloud Storage URI: ${bad}`);
  const make = () => {
    const files = uris.map((uri) =>
      stored.files.add({
        project: account.ownerProject,
        displayName: uri.slice(uri.lastIndexOf("/") + 1),
        mimeType: "application/octet-stream",
        source: "REGISTERED",
        content: undefined,
      })
    );
    return [{ files: files.map((file) => file.toJSON()) }];
  };
  return respondScripted(call, { model: "", make });
}
