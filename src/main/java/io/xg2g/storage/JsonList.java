package io.xg2g.storage;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * JSON file of a list. Replaced atomically; readable by its owner only.
 *
 * @param <T> type of the elements
 */
public final class JsonList<T> {
    private final String property;
    private final String elements;
    private final AtomicFile file;
    private final ObjectMapper json;
    private final TypeReference<List<T>> type;

    /**
     * Creates the list of a file.
     *
     * @param property name of the property with the path, for error messages
     * @param elements what the elements are, for error messages, for instance {@code channels}
     */
    public JsonList(String property, String elements, Path file, ObjectMapper json, TypeReference<List<T>> type) {
        this.property = property;
        this.elements = elements;
        this.file = new AtomicFile(file);
        this.json = json;
        this.type = type;
    }

    /**
     * Reads the file; returns an empty list if it does not exist.
     *
     * @throws IllegalStateException if it cannot be read or parsed
     */
    public List<T> read() {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? List.of() : json.readValue(content.get(), type);
        } catch (JacksonException damaged) {
            throw new IllegalStateException(
                    property + " " + file.path() + " is not a JSON list of " + elements + "; repair or remove it",
                    damaged);
        } catch (IOException unreadable) {
            throw new IllegalStateException(property + " " + file.path() + " cannot be read", unreadable);
        }
    }

    /** Replaces the content of the file. */
    public void write(List<T> content) throws IOException {
        file.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
    }
}
