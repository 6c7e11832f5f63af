package io.xg2g.ops;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import io.xg2g.redaction.Redaction;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reason why the program did not start.
 *
 * <p>A failure is caused by the configuration or the environment if an exception in the chain of causes is a
 * {@link ConfigurationException}, a validation failure of SmallRye Config, or a port that cannot be bound, or if its message
 * begins with the name of a property. Such a failure is reported in one line. Every other failure is a defect of the
 * program, and is reported with its stack trace.
 *
 * @param reason one line; for a failure of the configuration or the environment it names the property and the value
 * @param failure the exception thrown by the start
 * @param isDefect whether it is a defect of the program
 */
record StartFailure(String reason, Throwable failure, boolean isDefect) {
    /** A message that begins with the name of a property. */
    private static final Pattern NAMES_PROPERTY = Pattern.compile("(?s)(xg2g|quarkus)\\.[a-z].*");

    private static final Pattern CONVERSION = Pattern.compile(
            "(?s)SRCFG\\d+: The config property (?<property>\\S+) with the"
                    + " config value \"(?<value>.*)\" threw an Exception whilst being converted (?:SRCFG\\d+: )?(?<error>.*)");

    private static final Pattern UNKNOWN =
            Pattern.compile("SRCFG\\d+: (?<property>\\S+) in (?<source>.+) does not map to any root");

    private static final Pattern MISSING =
            Pattern.compile("SRCFG\\d+: The config property (?<property>\\S+) is required but it could not be found.*");

    /** Message of the framework for a management port in use; for other ports it has its own exception. */
    private static final Pattern MANAGEMENT_UNBOUND =
            Pattern.compile("Unable to start the management interface on (?<host>.*):(?<port>\\d+)");

    private static final String PORTS =
            "quarkus.http.host, quarkus.http.port, quarkus.http.ssl-port, quarkus.management.host, quarkus.management.port";

    private static final String REFERENCE = "docs/configuration.md lists what is allowed";

    /** Derives the reason from the exception thrown by the start. */
    static StartFailure of(Throwable failure) {
        List<Throwable> chain = chain(failure);
        return chain.stream()
                .flatMap(cause -> reason(cause).stream())
                .findFirst()
                .map(reason -> new StartFailure(oneLine(reason), failure, false))
                .orElseGet(() -> new StartFailure(oneLine(String.valueOf(chain.getLast())), failure, true));
    }

    /** Writes it to the log, or to standard error if the log is not configured yet. */
    void report() {
        String message = "the program does not start: " + reason;
        if (isLogConfigured()) {
            Logger log = Logger.getLogger(StartFailure.class);
            if (isDefect) {
                log.error(message, failure);
            } else {
                log.error(message);
                log.debug(message, failure);
            }
        } else {
            System.err.println("ERROR " + message);
            if (isDefect) {
                failure.printStackTrace();
            }
        }
    }

    private static boolean isLogConfigured() {
        return java.util.logging.LogManager.getLogManager() instanceof org.jboss.logmanager.LogManager
                && InitialConfigurator.DELAYED_HANDLER.isActivated();
    }

    /** Returns every exception from the outermost to the innermost cause. */
    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }

    private static Optional<String> reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case ConfigValidationException invalid -> Optional.of(problems(invalid));
            case QuarkusBindException unbound -> Optional.of(unbound(unbound));
            case ConfigurationException _ -> Optional.of(withCause(message, cause));
            case IllegalStateException _
            when MANAGEMENT_UNBOUND.matcher(message).matches() -> Optional.of(managementUnbound(message, cause));
            default ->
                NAMES_PROPERTY.matcher(message).matches() ? Optional.of(withCause(message, cause)) : Optional.empty();
        };
    }

    /**
     * Appends the error of the operating system, for instance {@code (access denied)}, unless the message contains it.
     */
    private static String withCause(String message, Throwable failure) {
        // For instance of a write: no space left on device.
        if (failure.getCause() instanceof IOException io && io.getClass() == IOException.class) {
            return message + " (" + io.getMessage() + ")";
        }
        if (!(failure.getCause() instanceof FileSystemException file) || message.contains(file.toString())) {
            return message;
        }
        String kind = file.getClass().getSimpleName().replace("Exception", "");
        String words = kind.replaceAll("(?<=.)(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return message + " (" + words + (file.getReason() == null ? "" : ": " + file.getReason()) + ")";
    }

    private static String unbound(QuarkusBindException failure) {
        // The message of the framework, a colon, and the error of the operating system.
        String message = String.valueOf(failure.getMessage());
        String error = message.substring(message.lastIndexOf(": ") + 1).strip();
        // Port 0 is reported as a negative number.
        return String.format(
                Locale.ROOT,
                "%s port %d cannot be bound: %s (%s)",
                failure.getHost(),
                Math.max(0, failure.getPort()),
                error,
                PORTS);
    }

    private static String managementUnbound(String message, Throwable failure) {
        Matcher address = MANAGEMENT_UNBOUND.matcher(message);
        @Nullable Throwable cause = failure.getCause();
        return !address.matches()
                ? message
                : "%s port %s cannot be bound: %s (%s)"
                        .formatted(
                                address.group("host"),
                                address.group("port"),
                                cause == null ? "unknown reason" : cause.getMessage(),
                                PORTS);
    }

    private static String problems(ConfigValidationException invalid) {
        return IntStream.range(0, invalid.getProblemCount())
                .mapToObj(i -> problem(invalid.getProblem(i).getMessage()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String problem(String message) {
        Matcher conversion = CONVERSION.matcher(message.replaceFirst("^[\\w.]+Exception: ", ""));
        if (conversion.matches()) {
            return "%s is %s: %s; %s"
                    .formatted(
                            conversion.group("property"),
                            conversion.group("value"),
                            conversion.group("error"),
                            REFERENCE);
        }
        Matcher unknown = UNKNOWN.matcher(message);
        if (unknown.matches()) {
            return "%s in %s is not a property of this program; %s"
                    .formatted(unknown.group("property"), unknown.group("source"), REFERENCE);
        }
        Matcher missing = MISSING.matcher(message);
        return missing.matches() ? missing.group("property") + " is missing; " + REFERENCE : message;
    }

    private static String oneLine(String text) {
        return Redaction.text(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }
}
