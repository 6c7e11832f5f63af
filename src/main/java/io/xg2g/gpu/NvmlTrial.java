package io.xg2g.gpu;

import io.xg2g.config.ExitCode;
import java.time.Clock;
import java.util.Locale;

/**
 * The program that tries NVML before the service loads it: a library that ends its process, or never returns, ends
 * this one. It takes two looks, as a service would, with nothing on its class path but this program's own classes.
 */
public final class NvmlTrial {
    /** The argument by which a native executable becomes this program. */
    public static final String ARGUMENT = "--try-nvml";

    private NvmlTrial() {}

    /**
     * Tries a library. It exits with 0 where it can be used; with 1, and a line on stderr, where it says why not.
     *
     * @param args the library's name or path
     */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        try (NvmlSampler sampler = new NvmlSampler(args[args.length - 1], "", Clock.systemUTC())) {
            sampler.look();
            System.out.println(sampler.look().samples().size() + " GPUs");
        } catch (IllegalArgumentException | IllegalStateException unusable) {
            System.err.println(unusable.getMessage());
            System.exit(ExitCode.FAILURE.value());
        }
    }
}
