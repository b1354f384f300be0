/**
 * The members that Pollux reads of requests and responses; all others are forwarded unread.
 *
 * @module
 */
import {
  KEEP,
  labelled,
  labelledList,
  listShape,
  mapShape,
  objectShape,
  sparseShape,
} from "./json/json_shape.ts";

/** The member in which a request names a stored file, or gives another address. */
const FILE_DATA = objectShape({ fileUri: labelled("files") });

const CACHED_CONTENT = labelled("cachedContents");

/** The field that OpenAI's clients add to a request for Google. */
const GOOGLE = objectShape({ cachedContent: CACHED_CONTENT });

/** The messages of OpenAI's clients, which may name files at Google by id or by address. */
const OPENAI_MESSAGES = listShape({
  content: listShape({
    file: objectShape({ fileId: labelled("files") }),
    imageUrl: { ...objectShape({ url: labelled("files") }), label: "files" },
  }),
});

const FUNCTION_CALL = objectShape({ name: KEEP, args: KEEP });

const PART = {
  text: KEEP,
  thought: KEEP,
  thoughtSignature: KEEP,
  functionCall: FUNCTION_CALL,
  functionResponse: KEEP,
};

/** The members of a request's part that Pollux reads; a function's response can name files, too. */
const REQUEST_PART = {
  ...PART,
  functionResponse: objectShape({ parts: listShape({ fileData: FILE_DATA }) }),
  fileData: FILE_DATA,
};

/** A content; clients may send a single part in its place. */
const CONTENT = {
  role: KEEP,
  parts: listShape(REQUEST_PART),
  text: KEEP,
  fileData: FILE_DATA,
};

const STORE_NAMES = labelledList("fileSearchStores");

const VOICE = labelled("voices");

const VOICE_CONFIG = {
  voiceConfig: objectShape({
    voice: VOICE,
    prebuiltVoiceConfig: objectShape({ voiceName: VOICE }),
  }),
};

/** The members of speech settings that name voices, for models and for interactions. */
const GENERATION_CONFIG = objectShape({
  speechConfig: listShape({
    ...VOICE_CONFIG,
    voice: VOICE,
    speakers: listShape({ voice: VOICE }),
    multiSpeakerVoiceConfig: objectShape({ speakerVoiceConfigs: listShape(VOICE_CONFIG) }),
  }),
});

/** The members of a GenerateContentRequest that Pollux reads. */
const GENERATE = {
  contents: listShape(CONTENT),
  systemInstruction: objectShape(CONTENT),
  tools: listShape({
    functionDeclarations: KEEP,
    fileSearch: objectShape({ fileSearchStoreNames: STORE_NAMES }),
    fileSearchStoreNames: STORE_NAMES,
  }),
  generationConfig: GENERATION_CONFIG,
  toolConfig: objectShape({ includeServerSideToolInvocations: KEEP }),
  serviceTier: KEEP,
  model: KEEP,
  cachedContent: CACHED_CONTENT,
  extraBody: objectShape({ google: GOOGLE }),
  google: GOOGLE,
  messages: OPENAI_MESSAGES,
};

/** The members of an EmbedContentRequest that Pollux reads, besides `model`. */
const EMBED_SETTINGS = {
  taskType: KEEP,
  title: KEEP,
  outputDimensionality: KEEP,
  autoTruncate: KEEP,
  documentOcr: KEEP,
  audioTrackExtraction: KEEP,
};
const EMBED = {
  ...EMBED_SETTINGS,
  content: objectShape(CONTENT),
  embedContentConfig: objectShape(EMBED_SETTINGS),
};

/** The members of a batch that Pollux reads. To update a batch, a client sends it as the whole body. */
const BATCH = {
  model: KEEP,
  inputConfig: objectShape({
    fileName: labelled("files"),
    requests: objectShape({
      // A batch can have many thousands of requests.
      requests: sparseShape(listShape({ request: objectShape({ ...GENERATE, ...EMBED }) }), [
        "model",
      ]),
    }),
  }),
};

/** The members of a Live session's or a token's setup that Pollux reads, besides `model`. */
const SETUP = {
  generationConfig: GENERATION_CONFIG,
  systemInstruction: objectShape(CONTENT),
  tools: GENERATE.tools,
  sessionResumption: objectShape({ handle: KEEP }),
};

/** A video or an image in a request for videos, in either API's form. */
const MEDIA = objectShape({
  uri: labelled("files"),
  gcsUri: labelled("files"),
  encodedVideo: KEEP,
  encoding: KEEP,
  bytesBase64Encoded: KEEP,
  mimeType: KEEP,
  inlineData: objectShape({ data: KEEP }),
});

/** The members of a prediction's instances that Pollux reads. */
const INSTANCE = {
  video: MEDIA,
  image: MEDIA,
  lastFrame: MEDIA,
  referenceImages: listShape({ image: MEDIA }),
};

/** Another model than the call's own, whose name has to be resolved in the body. */
const MODEL = labelled("models");

const CREDENTIAL = { credential: labelled("credentials") };

/** The domains that an environment may call, with the credentials for them. */
const NETWORK = objectShape({ allowlist: listShape(CREDENTIAL) });

/** An environment's id, or a message with it. */
const ENVIRONMENT = {
  ...objectShape({
    environmentId: labelled("environments"),
    env: mapShape(objectShape(CREDENTIAL)),
    network: NETWORK,
  }),
  label: "environments",
};

/** A content of an interaction. */
const INTERACTION_CONTENT = { text: KEEP, uri: labelled("files") };

/** The members of an interaction, an agent or a trigger that Pollux reads. */
const INTERACTION = {
  input: listShape({
    role: KEEP,
    ...INTERACTION_CONTENT,
    content: listShape(INTERACTION_CONTENT),
    result: listShape(INTERACTION_CONTENT),
    summary: listShape(INTERACTION_CONTENT),
  }),
  previousInteractionId: labelled("interactions"),
  agent: labelled("agents"),
  baseAgent: labelled("agents"),
  environment: ENVIRONMENT,
  environmentId: labelled("environments"),
  baseEnvironment: ENVIRONMENT,
  generationConfig: GENERATION_CONFIG,
  voice: objectShape({ prompted: objectShape({ baseVoice: labelled("voices") }) }),
};

/** The members of a client's body that Pollux reads, for every method of models, interactions and their collections. */
export const REQUEST_SHAPE = objectShape({
  ...GENERATE,
  ...EMBED,
  ...INTERACTION,
  interaction: objectShape({ ...INTERACTION, tools: GENERATE.tools, model: MODEL }),
  fromEnvironment: labelled("environments"),
  network: NETWORK,
  requests: listShape({ ...EMBED, model: KEEP }),
  sessionId: KEEP,
  continuationToken: KEEP,
  generateContentRequest: objectShape(GENERATE),
  batch: objectShape(BATCH),
  ...BATCH,
  instances: listShape(INSTANCE),
  operationName: labelled("operations"),
  semanticRetriever: objectShape({ source: labelled("corpora") }),
  tunedModelSource: objectShape({ tunedModel: labelled("tunedModels") }),
  baseModel: MODEL,
  embeddingModel: MODEL,
  setup: objectShape({ ...SETUP, model: KEEP }),
  bidiGenerateContentSetup: objectShape({ ...SETUP, model: MODEL }),
  fileName: labelled("files"),
});

/** The members of a GenerateContentResponse that Pollux reads for its function calls and signatures. */
export const RESPONSE_SHAPE = objectShape({
  candidates: listShape({ index: KEEP, content: objectShape({ parts: listShape(PART) }) }),
});
