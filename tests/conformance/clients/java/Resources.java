import com.google.genai.Client;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.File;
import com.google.genai.types.ListCachedContentsConfig;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.Part;
import com.google.genai.types.UpdateCachedContentConfig;
import com.google.genai.types.UploadFileConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calls to files and caches. */
record Resources(Client client, Driver.Call call) {
  List<Driver.Resource> run() {
    var files = client.files;
    var caches = client.caches;
    return switch (call.op()) {
      case "upload" -> List.of(told(upload()));
      case "listFiles" -> {
        var told = new ArrayList<Driver.Resource>();
        var config = ListFilesConfig.builder().pageSize(call.pageSize()).build();
        for (var file : files.list(config)) told.add(told(file));
        yield told;
      }
      case "getFile" -> List.of(told(files.get(call.name(), null)));
      case "deleteFile" -> {
        files.delete(call.name(), null);
        yield List.of();
      }
      case "createCache" -> List.of(told(caches.create(call.model(), creation())));
      case "listCaches" -> {
        var told = new ArrayList<Driver.Resource>();
        var config = ListCachedContentsConfig.builder().pageSize(call.pageSize()).build();
        for (var cache : caches.list(config)) told.add(told(cache));
        yield told;
      }
      case "getCache" -> List.of(told(caches.get(call.name(), null)));
      case "updateCache" -> {
        var config = UpdateCachedContentConfig.builder().ttl(ttl()).build();
        yield List.of(told(caches.update(call.name(), config)));
      }
      case "deleteCache" -> {
        caches.delete(call.name(), null);
        yield List.of();
      }
      default -> throw new IllegalArgumentException("This driver cannot \"" + call.op() + "\"");
    };
  }

  private File upload() {
    var config = UploadFileConfig.builder().mimeType("text/plain").build();
    if (call.path() != null) return client.files.upload(call.path(), config);
    return client.files.upload(call.texts().get(0).getBytes(StandardCharsets.UTF_8), config);
  }

  private CreateCachedContentConfig creation() {
    var contents = call.texts().stream()
        .map(text -> Content.builder().role("user").parts(Part.fromText(text)).build())
        .toList();
    return CreateCachedContentConfig.builder().contents(contents).ttl(ttl()).build();
  }

  private Duration ttl() {
    return Duration.ofSeconds(call.ttlSeconds());
  }

  private static Driver.Resource told(File file) {
    return new Driver.Resource(
        file.name().orElse(null),
        file.uri().orElse(null),
        file.mimeType().orElse(null),
        file.sizeBytes().orElse(null),
        file.state().map(Object::toString).orElse(null),
        null,
        null);
  }

  private static Driver.Resource told(CachedContent cache) {
    return new Driver.Resource(
        cache.name().orElse(null),
        null,
        null,
        null,
        null,
        cache.model().orElse(null),
        cache.expireTime().map(Object::toString).orElse(null));
  }
}
