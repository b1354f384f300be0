/**
 * The language between the matrix and the clients: one call in, one response out, each a line of JSON
 * where the client runs in a process of its own.
 *
 * @module
 */

/**
 * What a client is asked to do. `tools` is a conversation of two turns with a function call, or of as many
 * as the model wants; `think` and `readDocument` are `generate` with thoughts or a document; `abort` reads a
 * stream to its first text and gives it up; `models` lists all and gets one; `continueResponse` says two
 * things, the second with the id of the first response; `continueInteraction` is `interact` with a client that continues by itself what Google decodes in parts.
 */
export type ClientOp =
  | "generate"
  | "tools"
  | "count"
  | "list"
  | "get"
  | "embed"
  | "upload"
  | "listFiles"
  | "getFile"
  | "deleteFile"
  | "createCache"
  | "listCaches"
  | "getCache"
  | "updateCache"
  | "deleteCache"
  | "interact"
  | "continueInteraction"
  | "readInteraction"
  | "cancelInteraction"
  | "deleteInteraction"
  | "createBatch"
  | "createEmbeddingsBatch"
  | "getBatch"
  | "listBatches"
  | "cancelBatch"
  | "deleteBatch"
  | "downloadFile"
  | "live"
  | "createToken"
  | "createStore"
  | "getStore"
  | "listStores"
  | "deleteStore"
  | "uploadDocument"
  | "importDocument"
  | "listDocuments"
  | "deleteDocument"
  | "makeVideo"
  | "extendVideo"
  | "think"
  | "readDocument"
  | "abort"
  | "models"
  | "continueResponse"
  | "complete"
  | "makeImage"
  | "editImage"
  | "transcribe"
  | "speak";

/** The API that a client speaks: Google's own, OpenAI's chat completions or Responses, or Anthropic's Messages. */
export type ClientApi = "gemini" | "chat" | "responses" | "messages";

/** One call, put to any client in the same words. */
export interface ClientCall {
  readonly op: ClientOp;
  /** The gateway's origin. */
  readonly baseUrl: string;
  /** Any word while the gateway's auth is off. */
  readonly apiKey: string;
  /** A model id without `models/`. */
  readonly model: string;
  /** Whether `generate` and `tools` stream. */
  readonly stream: boolean;
  /** The user's text. */
  readonly prompt: string;
  /** A system instruction. */
  readonly system?: string;
  /** A PNG to send inline, in base64. */
  readonly png?: string;
  /** A PDF to send inline, in base64. */
  readonly pdf?: string;
  /** What `transcribe` sends: a WAV in base64. */
  readonly audio?: string;
  /** Whether to ask for JSON: an object with the string `answer`. */
  readonly schema?: boolean;
  /** How many models, files, caches or batches a list asks for at a time. */
  readonly pageSize: number;
  /**
   * What `embed` asks the vectors of: of one text by the client's call for one, else by that for a batch. The
   * first is what `upload` sends from memory; `createCache` makes a content of each, and a batch a request;
   * `live` says them one after another.
   */
  readonly texts?: readonly string[];
  /** What the vectors are for, as `CLUSTERING`. */
  readonly taskType?: string;
  /** Length of the vectors; without it, the model's own. */
  readonly dimensions?: number;
  /** The text file on disk that `upload` sends; the address of the video that `extendVideo` extends. */
  readonly path?: string;
  /** Uploaded files that `generate` adds to the user's turn. */
  readonly files?: readonly Resource[];
  /**
   * The file, cache, interaction or batch that is got, changed, cancelled, downloaded or deleted; a new batch's input
   * file.
   */
  readonly name?: string;
  /** The cache that `generate` uses. */
  readonly cache?: string;
  /** The file search store that `generate` searches, or whose documents are added or listed. */
  readonly store?: string;
  /** How long a cache lives from now on. */
  readonly ttlSeconds?: number;
  /** The id of the interaction that `interact` goes on with. */
  readonly previous?: string;
  /** Whether `interact` leaves the work to Google and does not wait for it. */
  readonly background?: boolean;
  /** The id of the event after which `readInteraction` resumes a stream. */
  readonly after?: string;
  /** Whether `live` offers the function `get_weather`. */
  readonly tools?: boolean;
  /** The state that `live` resumes; empty for a new session that can be resumed. */
  readonly handle?: string;
  /** The version of the API, if it is not the client's own. */
  readonly version?: string;
}

/** What the client made of the response. */
export interface ClientResponse {
  /** The response's text; after an error, what came before it. */
  readonly text: string;
  /** How many responses the client handed out: one, a stream's chunks, or the turns of a Live session. */
  readonly chunks: number;
  readonly functionCalls: readonly FunctionCall[];
  /** The thoughts that the response shows. */
  readonly thoughts?: string | undefined;
  /** What `makeImage`, `editImage` and `speak` gave, in base64. */
  readonly media?: string | undefined;
  /** In Gemini's words, whatever the client calls it. */
  readonly finishReason?: string | undefined;
  /** Why the prompt was blocked, if it was. */
  readonly blockReason?: string | undefined;
  /** `usageMetadata.totalTokenCount`. */
  readonly usageTotal?: number | undefined;
  /** What `count` counted. */
  readonly totalTokens?: number | undefined;
  /** The names that `list` and `get` gave. */
  readonly models?: readonly string[] | undefined;
  /** What `embed`, or a batch of embeddings, gave: a vector for each text. */
  readonly embeddings?: readonly (readonly number[])[] | undefined;
  /** The files, caches or batches that the client gave; the handle of a Live session, or a token. */
  readonly resources?: readonly Resource[] | undefined;
  /** The interaction that the client gave, whole or by its events. */
  readonly interaction?: SeenInteraction | undefined;
  /** What the client raised, if it did. */
  readonly error?: ClientError | undefined;
}

/** A file, a cache or a batch as the client handed it out. */
export interface Resource {
  readonly name: string;
  readonly uri?: string | undefined;
  readonly mimeType?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly state?: string | undefined;
  readonly model?: string | undefined;
  readonly expireTime?: string | undefined;
  /** The name of the file with a batch's results. */
  readonly results?: string | undefined;
}

/** An interaction as the client handed it out. */
export interface SeenInteraction {
  readonly id: string;
  readonly status: string;
  /** The ids of the events of a stream. */
  readonly events: readonly string[];
}

/** A function call as the client handed it out. */
export interface FunctionCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** An error as the client raised it. */
export interface ClientError {
  /** The class. */
  readonly type: string;
  readonly message: string;
  /** The HTTP status, where the class carries it. */
  readonly status?: number | null | undefined;
}

/** An official client, ready to be asked. */
export interface Client {
  /** Its package and version, as the table shows it. */
  readonly name: string;
  /** What it speaks. */
  readonly api: ClientApi;
  /** Whether it takes Live sessions over TLS alone. */
  readonly needsTls: boolean;
  /** What it can be asked to do. */
  readonly ops: ReadonlySet<ClientOp>;
  /** Whether it streams, for each way in which it can call. */
  readonly modes: readonly boolean[];
  /** Whether it is a finished program: it hands out a text and none of the API's other fields. */
  readonly isProgram: boolean;
  /**
   * Makes one call. Rejects only where the client itself broke down: what it raised is in the response.
   */
  ask(call: ClientCall): Promise<ClientResponse>;
  /** Ends the client's process, if it runs. */
  close(): Promise<void>;
}
