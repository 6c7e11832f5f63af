package io.xg2g.ops;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.xg2g.config.ExitCode;
import io.xg2g.gpu.NvmlSelfTest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: runs the service; with {@code --check} a {@link Check}; or the self-test of NVML, for which a native executable
 * starts itself.
 */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Runs the program. The locales are set first: all output is machine-readable, with ASCII digits and English messages. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        SystemMessages.useEnglish();
        if (args.length > 0 && args[0].equals(NvmlSelfTest.ARGUMENT)) {
            NvmlSelfTest.main(args);
        } else if (args.length > 0 && args[0].equals(Check.ARGUMENT)) {
            ProcessSecrets.protect();
            Check.main(args);
        } else {
            ProcessSecrets.protect();
            StopSignals.install();
            Quarkus.run(Service.class, Main::end, args);
        }
    }

    private static void end(int code, @Nullable Throwable failure) {
        if (failure != null) {
            StartFailure.of(failure).report();
        }
        System.exit(failure == null ? code : ExitCode.FAILURE.value());
    }
}
