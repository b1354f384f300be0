import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.Chat;
import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs com.google.genai:google-genai for the conformance matrix. Each line of standard input is one call as
 * JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../../client_call.ts.
 */
public final class Driver {
  /** A call. */
  record Call(
      String op,
      String baseUrl,
      String apiKey,
      String model,
      boolean stream,
      String prompt,
      String system,
      byte[] png,
      boolean schema,
      int pageSize,
      List<String> texts,
      String taskType,
      Integer dimensions,
      String path,
      List<Resource> files,
      String name,
      String cache,
      long ttlSeconds) {}

  /** What the driver tells of a file or a cache. */
  record Resource(
      String name,
      String uri,
      String mimeType,
      Long sizeBytes,
      String state,
      String model,
      String expireTime) {}

  record FunctionCall(String name, Map<String, Object> args) {}

  record Failure(String type, String message, Integer status) {}

  /** A response. */
  static final class Answer {
    public String text = "";
    public int chunks;
    public final List<FunctionCall> functionCalls = new ArrayList<>();
    public String finishReason;
    public String blockReason;
    public Integer usageTotal;
    public Integer totalTokens;
    public List<String> models;
    public List<List<Float>> embeddings;
    public List<Resource> resources;
    public Failure error;
  }

  private final Client client;
  private final Call call;
  private final Answer answer;

  private Driver(Client client, Call call, Answer answer) {
    this.client = client;
    this.call = call;
    this.answer = answer;
  }

  public static void main(String[] args) throws Exception {
    var json = new ObjectMapper()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
        .setSerializationInclusion(JsonInclude.Include.NON_NULL);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      output.println(json.writeValueAsString(respond(json.readValue(line, Call.class))));
    }
  }

  private static Answer respond(Call call) {
    var answer = new Answer();
    // It would try five times what is exhausted for the day.
    var once = HttpRetryOptions.builder().attempts(1).build();
    var options = HttpOptions.builder().baseUrl(call.baseUrl()).retryOptions(once).build();
    try (var client = Client.builder().apiKey(call.apiKey()).httpOptions(options).build()) {
      new Driver(client, call, answer).run();
    } catch (Exception error) {
      var status = error instanceof ApiException refused ? refused.code() : null;
      answer.error = new Failure(error.getClass().getSimpleName(), error.getMessage(), status);
    }
    return answer;
  }

  private void run() throws Exception {
    switch (call.op()) {
      case "generate" -> generate();
      case "tools" -> tools();
      case "count" -> answer.totalTokens =
          client.models.countTokens(call.model(), call.prompt(), null).totalTokens().orElse(null);
      case "list" -> {
        answer.models = new ArrayList<>();
        var config = ListModelsConfig.builder().pageSize(call.pageSize()).build();
        for (var model : client.models.list(config)) answer.models.add(model.name().orElseThrow());
      }
      case "get" -> answer.models = List.of(client.models.get(call.model(), null).name().orElseThrow());
      case "embed" -> embed();
      default -> answer.resources = new Resources(client, call).run();
    }
  }

  private void generate() {
    var config = GenerateContentConfig.builder();
    if (call.system() != null) config.systemInstruction(Content.fromParts(Part.fromText(call.system())));
    if (call.schema()) {
      config.responseMimeType("application/json").responseSchema(objectSchema("answer"));
    }
    if (call.cache() != null) config.cachedContent(call.cache());
    // A chat breaks down where the prompt is blocked.
    var content = Content.fromParts(parts());
    if (!call.stream()) {
      note(client.models.generateContent(call.model(), content, config.build()));
      return;
    }
    var chunks = client.models.generateContentStream(call.model(), content, config.build());
    try (chunks) {
      for (var chunk : chunks) note(chunk);
    }
  }

  private void tools() {
    var weather = FunctionDeclaration.builder()
        .name("get_weather")
        .description("The weather in a city.")
        .parameters(objectSchema("city"))
        .build();
    var tool = Tool.builder().functionDeclarations(weather).build();
    var chat = client.chats.create(call.model(), GenerateContentConfig.builder().tools(tool).build());
    ask(chat, Content.fromParts(parts()));
    var results = answer.functionCalls.stream()
        .map(called -> Part.fromFunctionResponse(called.name(), Map.of("weather", "sunny")))
        .toArray(Part[]::new);
    answer.text = "";
    ask(chat, Content.fromParts(results));
  }

  private void embed() {
    var config = EmbedContentConfig.builder();
    if (call.taskType() != null) config.taskType(call.taskType());
    if (call.dimensions() != null) config.outputDimensionality(call.dimensions());
    var response = client.models.embedContent(call.model(), call.texts(), config.build());
    answer.embeddings = response.embeddings().orElseThrow().stream()
        .map(embedding -> embedding.values().orElseThrow())
        .toList();
  }

  private Part[] parts() {
    var parts = new ArrayList<>(List.of(Part.fromText(call.prompt())));
    if (call.png() != null) parts.add(Part.fromBytes(call.png(), "image/png"));
    if (call.files() != null) {
      for (var file : call.files()) parts.add(Part.fromUri(file.uri(), file.mimeType()));
    }
    return parts.toArray(Part[]::new);
  }

  private void ask(Chat chat, Content content) {
    if (!call.stream()) {
      note(chat.sendMessage(content));
      return;
    }
    try (var chunks = chat.sendMessageStream(content)) {
      for (var chunk : chunks) note(chunk);
    }
  }

  /** Adds what one whole response, or one chunk of a stream, says. */
  private void note(GenerateContentResponse response) {
    answer.chunks++;
    response.promptFeedback()
        .flatMap(feedback -> feedback.blockReason())
        .ifPresent(reason -> answer.blockReason = reason.toString());
    response.usageMetadata()
        .flatMap(usage -> usage.totalTokenCount())
        .ifPresent(total -> answer.usageTotal = total);
    var candidates = response.candidates().orElse(List.of());
    if (candidates.isEmpty()) return;
    candidates.get(0).finishReason().ifPresent(reason -> answer.finishReason = reason.toString());
    for (var part : candidates.get(0).content().flatMap(Content::parts).orElse(List.of())) {
      if (!part.thought().orElse(false)) answer.text += part.text().orElse("");
      part.functionCall().ifPresent(called -> answer.functionCalls.add(
          new FunctionCall(called.name().orElseThrow(), called.args().orElse(Map.of()))));
    }
  }

  /** The schema of an object with one string in it. */
  private static Schema objectSchema(String field) {
    return Schema.builder()
        .type("OBJECT")
        .properties(Map.of(field, Schema.builder().type("STRING").build()))
        .required(field)
        .build();
  }
}
