package io.xg2g.random;

import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Inputs of a {@link RandomTest}: one per try, or the one of the system property {@value #SEED}. The system property {@value
 * #SHARE} is the percentage of the tries that are made, 1 to 100, by default all of them; five are made in any case.
 */
final class RandomInputs implements ArgumentsProvider {
    static final String SEED = "test.seed";
    static final String SHARE = "test.tries";
    private static final int LEAST = 5;

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        int tries =
                context.getRequiredTestMethod().getAnnotation(RandomTest.class).tries();
        return seeds(tries(tries, System.getProperty(SHARE)), System.getProperty(SEED))
                .mapToObj(seed -> Arguments.of(new RandomInput(seed)));
    }

    /** @param share percentage; {@code null} for all */
    static int tries(int all, @Nullable String share) {
        if (share == null) {
            return all;
        }
        if (!share.matches("[1-9]\\d?|100")) {
            throw new IllegalArgumentException(
                    "-D%s=%s is not a percentage: 1 to 100 is allowed".formatted(SHARE, share));
        }
        return Math.max(Math.min(all, LEAST), all * Integer.parseInt(share) / 100);
    }

    /** @param replayed the only seed to run; {@code null} for new ones */
    static LongStream seeds(int tries, @Nullable String replayed) {
        if (replayed == null) {
            return RandomGenerator.getDefault().longs(tries);
        }
        try {
            return LongStream.of(Long.parseLong(replayed));
        } catch (NumberFormatException invalid) {
            throw new IllegalArgumentException(
                    "-D%s=%s is not a seed: a number of 64 bits is allowed".formatted(SEED, replayed), invalid);
        }
    }
}
