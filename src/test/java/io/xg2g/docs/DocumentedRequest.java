package io.xg2g.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A request that a document names: by {@code curl} in a block, by an address anywhere, or as {@code GET /path} in the text.
 *
 * @param document where it is named
 * @param method empty where none is named
 * @param management whether it goes to the management port
 * @param path with the document's placeholders ({@code {id}}, {@code 3f0c…}), without the query
 */
record DocumentedRequest(Path document, Optional<String> method, boolean management, String path) {
    private static final String METHODS = "GET|HEAD|POST|PUT|DELETE";
    private static final Pattern CURL = Pattern.compile("(?m)^ *curl (?<options>(?:[^\\n\\\\]|\\\\\\n|\\\\.)*)");
    private static final Pattern ADDRESS =
            Pattern.compile("http://127\\.0\\.0\\.1:(?<port>8080|9000)(?<path>/[^\\s'\"`<>)?]*)?");
    private static final Pattern CHOSEN_METHOD = Pattern.compile("-X (" + METHODS + ")");
    private static final Pattern BODY = Pattern.compile("\\s(?:-d|--data\\S*|-F)\\s");
    private static final Pattern SPAN = Pattern.compile("`(?:(?<method>" + METHODS + ") )?(?<path>/[^`?\\s]*)[^`]*`");

    private static final Pattern ROOTS =
            Pattern.compile("/(?:api|live|channels\\.m3u|openapi|healthz|readyz|startedz|metrics)\\b.*");

    private static final Pattern PROBES = Pattern.compile("/(?:healthz|readyz|startedz|metrics)");

    /** Those of one document. */
    static List<DocumentedRequest> of(Path document) {
        String content = DocumentedBlock.read(document);
        return Stream.of(
                        DocumentedBlock.found(CURL, content).stream().flatMap(curl -> curl(document, curl)),
                        DocumentedBlock.found(ADDRESS, CURL.matcher(content).replaceAll("")).stream()
                                .map(address -> of(document, Optional.empty(), address)),
                        DocumentedBlock.found(SPAN, content).stream()
                                .filter(span ->
                                        ROOTS.matcher(span.group("path")).matches())
                                .map(span -> span(document, span)))
                .flatMap(requests -> requests)
                .distinct()
                .toList();
    }

    private static Stream<DocumentedRequest> curl(Path document, MatchResult command) {
        String options = command.group("options");
        Optional<String> chosen = DocumentedBlock.found(CHOSEN_METHOD, options).stream()
                .map(found -> found.group(1))
                .findFirst();
        String method = chosen.orElse(BODY.matcher(options).find() ? "POST" : "GET");
        return DocumentedBlock.found(ADDRESS, options).stream()
                .map(address -> of(document, Optional.of(method), address));
    }

    private static DocumentedRequest of(Path document, Optional<String> method, MatchResult address) {
        String path = address.group("path");
        return new DocumentedRequest(
                document,
                method,
                address.group("port").equals("9000"),
                path == null ? "/" : path.replaceFirst("[.,;]$", ""));
    }

    private static DocumentedRequest span(Path document, MatchResult span) {
        String path = span.group("path");
        return new DocumentedRequest(
                document,
                Optional.ofNullable(span.group("method")),
                PROBES.matcher(path).matches(),
                path);
    }

    /**
     * Returns whether this route matches.
     *
     * @param route with its parameters in braces
     */
    boolean isTakenBy(String routeMethod, String route) {
        return method.map(routeMethod::equals).orElse(true) && fits(path.split("/", -1), route.split("/", -1));
    }

    /** {@code …} or {@code *} in a document matches the rest of the path. */
    private static boolean fits(String[] named, String[] route) {
        for (int i = 0; i < named.length; i++) {
            boolean rest = named[i].matches("…|\\*|") && i == named.length - 1 && i > 1;
            if (rest) {
                return true;
            }
            if (i >= route.length || !(named[i].equals(route[i]) || isParameter(route[i]) && !named[i].isEmpty())) {
                return false;
            }
        }
        return named.length == route.length;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }
}
