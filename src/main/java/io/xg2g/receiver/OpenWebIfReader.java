package io.xg2g.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.redaction.Redaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Parser of OpenWebIF responses. Malformed input results in an {@link IOException}. */
final class OpenWebIfReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    static final int MAX_BOUQUETS = 1000;
    private static final int MAX_SERVICES = 20_000;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_NAME = 200;

    private OpenWebIfReader() {}

    /** Bouquet: a list of services on the receiver. */
    record Bouquet(String reference, String name) {}

    /** Service in a bouquet; {@code bouquet} is the name of the nested bouquet, or empty. */
    record Entry(ServiceReference reference, String name, String bouquet) {}

    /** Parses {@code /api/bouquets}: {@code {"bouquets":[["reference","name"],…]}}. */
    static List<Bouquet> bouquets(byte[] body) throws IOException {
        List<Bouquet> bouquets = new ArrayList<>();
        for (JsonNode pair : array(body, "bouquets")) {
            String reference = pair.path(0).asText("");
            if (!reference.isBlank() && bouquets.size() < MAX_BOUQUETS) {
                bouquets.add(new Bouquet(reference, name(pair.path(1).asText(""), reference)));
            }
        }
        return List.copyOf(bouquets);
    }

    /**
     * Parses {@code /api/getservices}: {@code {"services":[{"servicereference":…,"servicename":…,"subservices":[…]},…]}}. Omits
     * entries that cannot be played (markers, directories). Some versions have the services of {@linkplain #nested nested} bouquets
     * here, too.
     */
    static List<Entry> services(byte[] body) throws IOException {
        List<Entry> entries = new ArrayList<>();
        collect(array(body, "services"), "", 1, entries);
        return List.copyOf(entries);
    }

    /** Parses the bouquets that are entries of the same list of services. */
    static List<Bouquet> nested(byte[] body) throws IOException {
        List<Bouquet> bouquets = new ArrayList<>();
        for (JsonNode service : array(body, "services")) {
            String text = service.path("servicereference").asText("");
            boolean nested = ServiceReference.of(text)
                    .filter(ServiceReference::isBouquet)
                    .isPresent();
            if (nested && bouquets.size() < MAX_BOUQUETS) {
                bouquets.add(new Bouquet(
                        text.strip(), name(service.path("servicename").asText(""), text)));
            }
        }
        return List.copyOf(bouquets);
    }

    /** Checks {@code /api/about}: an object with the member {@code info}. */
    static void about(byte[] body) throws IOException {
        if (!parse(body).path("info").isObject()) {
            throw new IOException("the response is JSON, but not OpenWebIF's");
        }
    }

    /**
     * Parses the whitelist of the stream relay, one service reference per line. Other lines (comments, an error message) are
     * ignored.
     */
    static Set<String> whitelist(byte[] body) {
        return ByteOrderMark.removedFrom(new String(body, StandardCharsets.UTF_8))
                .lines()
                .limit(MAX_SERVICES)
                .flatMap(line -> ServiceReference.of(line).stream())
                .filter(ServiceReference::playable)
                .map(ServiceReference::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void collect(JsonNode services, String bouquet, int depth, List<Entry> entries) {
        for (JsonNode service : services) {
            String text = service.path("servicereference").asText("");
            String name = name(service.path("servicename").asText(""), text);
            JsonNode inner = service.path("subservices");
            if (inner.isArray() && depth < MAX_DEPTH) {
                collect(inner, name, depth + 1, entries);
            }
            Optional<ServiceReference> reference = ServiceReference.of(text).filter(ServiceReference::playable);
            if (reference.isPresent() && entries.size() < MAX_SERVICES) {
                entries.add(new Entry(reference.get(), name, bouquet));
            }
        }
    }

    private static JsonNode array(byte[] body, String name) throws IOException {
        JsonNode array = parse(body).path(name);
        if (!array.isArray()) {
            throw new IOException("the response has no list of " + name);
        }
        return array;
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            JsonNode parsed = JSON.readTree(body);
            return parsed == null ? JSON.missingNode() : parsed;
        } catch (IOException e) {
            throw new IOException("the response is not JSON", e);
        }
    }

    /**
     * Cleans a broadcast name: removes control characters (mostly DVB emphasis marks) and limits the length. A service without a
     * name is shown by its reference.
     */
    private static String name(String text, String reference) {
        String plain = text.codePoints()
                .filter(letter -> !Character.isISOControl(letter))
                .limit(MAX_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return plain.isEmpty() ? Redaction.serviceReference(reference) : plain;
    }
}
