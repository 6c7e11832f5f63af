package io.xg2g.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A challenge in a {@code WWW-Authenticate} header, and the response to it: Digest with SHA-256 or MD5 (RFC 7616), with
 * the quality of protection {@code auth} or none (RFC 2069); or Basic (RFC 7617).
 *
 * @param digest Digest; false for Basic
 * @param parameters by name in lower case, without quotation marks
 */
record AuthenticationChallenge(boolean digest, Map<String, String> parameters) {
    /** Basic without parameters. */
    static final AuthenticationChallenge BASIC = new AuthenticationChallenge(false, Map.of());

    private static final String SESSION = "-SESS";
    /** Digest algorithms, by the names that Java uses too; weakest first. */
    private static final List<String> ALGORITHMS = List.of("MD5", "SHA-256");

    /** Between two challenges in one header (RFC 9110, section 11.6.1): a comma, a scheme and its first parameter. */
    private static final Pattern NEXT =
            Pattern.compile("(?i)\\s*,\\s*(?=(?:Digest|Basic|Bearer|Negotiate|NTLM)(?:\\s+[\\w-]+\\s*=|\\s*(?:,|$)))");

    private static final Pattern SCHEME = Pattern.compile("(?i)\\s*(Digest|Basic)(?:\\s+(.*))?");
    private static final Pattern PARAMETER =
            Pattern.compile("([\\w-]++)\\s*+=\\s*+(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^\\s,\"]++))");

    /** Selects the strongest supported challenge: SHA-256 before MD5 before Basic. */
    static Optional<AuthenticationChallenge> strongest(List<String> values) {
        return values.stream()
                .flatMap(NEXT::splitAsStream)
                .flatMap(AuthenticationChallenge::parse)
                .max(Comparator.comparing(challenge -> challenge.rank()));
    }

    private static Stream<AuthenticationChallenge> parse(String value) {
        Matcher scheme = SCHEME.matcher(value);
        if (!scheme.matches()) {
            return Stream.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(scheme.group(2) == null ? "" : scheme.group(2));
        while (parameter.find()) {
            String quoted = parameter.group(2);
            parameters.putIfAbsent(
                    parameter.group(1).toLowerCase(Locale.ROOT), quoted == null ? parameter.group(3) : quoted);
        }
        var challenge = new AuthenticationChallenge(scheme.group(1).equalsIgnoreCase("Digest"), Map.copyOf(parameters));
        return challenge.isAnswerable() ? Stream.of(challenge) : Stream.empty();
    }

    private boolean isAnswerable() {
        boolean protection = !parameters.containsKey("qop") || isProtected();
        return !digest || (parameters.containsKey("nonce") && ALGORITHMS.contains(hash()) && protection);
    }

    private int rank() {
        return digest ? 1 + ALGORITHMS.indexOf(hash()) : 0;
    }

    /**
     * Returns whether the challenge is to be answered: the first one to a request, and the second one if only the nonce of the answer to
     * the first has expired. Otherwise the server has refused the password.
     *
     * @param answered number of challenges to the same request that were answered
     */
    boolean isAnswered(int answered) {
        return answered == 0 || (answered == 1 && parameter("stale").equalsIgnoreCase("true"));
    }

    /**
     * Returns the value of the {@code Authorization} header, one byte per character.
     *
     * @param uri as in the request
     * @param count number of responses to this challenge, including this one
     * @param clientNonce hexadecimal digits, used once
     */
    String answer(Credentials credentials, String method, String uri, int count, String clientNonce) {
        if (!digest) {
            String both = credentials.user() + ":" + credentials.password();
            return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        }
        String nonce = parameter("nonce");
        String times = String.format(Locale.ROOT, "%08x", count);
        String user = octets(credentials.user());
        String secret = hash(user + ":" + parameter("realm") + ":" + octets(credentials.password()));
        if (algorithm().endsWith(SESSION)) {
            secret = hash(secret + ":" + nonce + ":" + clientNonce);
        }
        String request = hash(method + ":" + uri);
        String response = isProtected()
                ? hash(secret + ":" + nonce + ":" + times + ":" + clientNonce + ":auth:" + request)
                : hash(secret + ":" + nonce + ":" + request);
        StringBuilder answer = new StringBuilder("Digest username=\"")
                .append(user.replaceAll("\\p{Cntrl}", "").replace("\\", "\\\\").replace("\"", "\\\""));
        answer.append("\", realm=\"").append(parameter("realm"));
        answer.append("\", nonce=\"").append(nonce);
        answer.append("\", uri=\"").append(uri);
        answer.append("\", response=\"").append(response).append('"');
        if (parameters.containsKey("algorithm")) {
            answer.append(", algorithm=").append(parameter("algorithm"));
        }
        if (parameters.containsKey("opaque")) {
            answer.append(", opaque=\"").append(parameter("opaque")).append('"');
        }
        if (isProtected()) {
            answer.append(", qop=auth, nc=").append(times);
        }
        if (isProtected() || algorithm().endsWith(SESSION)) {
            answer.append(", cnonce=\"").append(clientNonce).append('"');
        }
        return answer.toString();
    }

    private boolean isProtected() {
        return Stream.of(parameter("qop").split(","))
                .anyMatch(option -> option.strip().equalsIgnoreCase("auth"));
    }

    private String algorithm() {
        return parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    }

    /** The algorithm without the suffix {@code -sess}. */
    private String hash() {
        String algorithm = algorithm();
        return algorithm.endsWith(SESSION) ? algorithm.substring(0, algorithm.length() - SESSION.length()) : algorithm;
    }

    private String hash(String text) {
        try {
            MessageDigest function = MessageDigest.getInstance(hash());
            return HexFormat.of().formatHex(function.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has MD5 and SHA-256", impossible);
        }
    }

    /** A text as its bytes in UTF-8, one character each: what comes from the source is bytes of an unknown encoding. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
