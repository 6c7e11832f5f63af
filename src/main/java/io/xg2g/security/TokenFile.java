package io.xg2g.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.config.ByteOrderMark;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** API tokens in a properties file: {@code <name>.sha256}, {@code <name>.role}, {@code <name>.expires}. */
final class TokenFile {
    private static final Pattern KEY = Pattern.compile("(?<name>[^.]+)\\.(?<field>sha256|role|expires)");

    private final Path path;

    TokenFile(Path path) {
        this.path = path;
    }

    private record Entry(String sha256, String role, Optional<String> expires) implements ApiTokensConfig.Token {}

    /**
     * Reads the file.
     *
     * @throws ConfigurationException if it cannot be read, or a value is malformed
     */
    List<ApiToken> read() {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(ByteOrderMark.removedFrom(Files.readString(path))));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("xg2g.security.token-file cannot be read: " + path, e);
        }
        SortedMap<String, Map<String, String>> byName = new TreeMap<>();
        for (String key : lines.stringPropertyNames()) {
            Matcher parts = KEY.matcher(key);
            if (!parts.matches()) {
                throw new ConfigurationException(
                        path + " has the key " + key + "; allowed are <name>.sha256, <name>.role and <name>.expires");
            }
            byName.computeIfAbsent(parts.group("name"), _ -> new TreeMap<>())
                    .put(parts.group("field"), lines.getProperty(key).strip());
        }
        return byName.entrySet().stream()
                .map(token -> token(token.getKey(), token.getValue()))
                .toList();
    }

    private ApiToken token(String name, Map<String, String> fields) {
        Entry entry = new Entry(
                fields.getOrDefault("sha256", ""),
                fields.getOrDefault("role", "missing"),
                Optional.ofNullable(fields.get("expires")));
        return ApiToken.of(path + ": " + name, name, entry);
    }
}
