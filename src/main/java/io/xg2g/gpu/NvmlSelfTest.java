package io.xg2g.gpu;

import io.xg2g.config.ExitCode;
import java.time.Clock;
import java.util.Locale;

/**
 * Program that tests NVML in a process of its own before the service loads it, since a faulty library may crash or hang. It
 * takes two samples. Its class path holds this program's own classes only.
 */
public final class NvmlSelfTest {
    /** Command-line argument by which a native executable runs this program. */
    public static final String ARGUMENT = "--try-nvml";

    private NvmlSelfTest() {}

    /**
     * Tests a library. Exit code: 0 if it can be used, 1 with the reason on stderr if not.
     *
     * @param args last: name or path of the library
     */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        try (NvmlSampler sampler = new NvmlSampler(args[args.length - 1], "", Clock.systemUTC())) {
            sampler.sample();
            System.out.println(sampler.sample().samples().size() + " GPUs");
        } catch (IllegalArgumentException | IllegalStateException unusable) {
            System.err.println(unusable.getMessage());
            System.exit(ExitCode.FAILURE.value());
        }
    }
}
