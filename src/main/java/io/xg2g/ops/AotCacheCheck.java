package io.xg2g.ops;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Logs a warning if the JVM does not use the AOT cache that it was started with. The JVM itself prints errors for a
 * cache that is missing, damaged, or was made for another JDK, other files or other flags, although the only effect is
 * a slower start; the program is therefore started with {@code -Xlog:aot=off -Xlog:cds=off}.
 */
@ApplicationScoped
class AotCacheCheck {
    private static final Logger LOG = Logger.getLogger(AotCacheCheck.class);
    private static final String OPTION = "-XX:AOTCache=";

    void start(@Observes @Priority(Lifecycle.LAST) StartupEvent event) {
        if (ImageMode.current() == ImageMode.JVM) {
            // Off the start: loading the management beans takes time.
            Thread.ofVirtual().name("aot-cache-check").start(AotCacheCheck::check);
        }
    }

    private static void check() {
        unused(ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getProperty("java.vm.info", ""))
                .ifPresent(LOG::warn);
    }

    /**
     * Returns the warning; empty if the cache is used, or none was given.
     *
     * @param options command line options of the JVM
     * @param mode system property {@code java.vm.info}, which contains {@code sharing} if a cache is mapped
     */
    static Optional<String> unused(List<String> options, String mode) {
        return options.stream()
                .filter(option -> option.startsWith(OPTION) && !mode.contains("sharing"))
                .findFirst()
                .map(option -> "AOT cache not used, the start is slower: cache=" + option.substring(OPTION.length())
                        + " (missing, or made for another JDK, other files or other flags; -Xlog:aot logs the reason)");
    }
}
