package io.xg2g.ops;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.xg2g.gpu.NvmlTrial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The program: the service; with {@code --check} a look at whether it would work; or, where a native executable starts
 * itself to try NVML, that trial. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Before anything is formatted: what the program writes is for machines, whose digits are those of ASCII. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        if (args.length > 0 && args[0].equals(NvmlTrial.ARGUMENT)) {
            NvmlTrial.main(args);
        } else if (args.length > 0 && args[0].equals(Check.ARGUMENT)) {
            ProcessSecrets.protect();
            Check.begin(args);
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
        System.exit(failure == null ? code : 1);
    }
}
