package io.xg2g.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

class RandomInputTest {

    @Test
    void theSameSeedGivesTheSameInput() {
        assertThat(everything(new RandomInput(7))).isEqualTo(everything(new RandomInput(7)));
        assertThat(everything(new RandomInput(7))).isNotEqualTo(everything(new RandomInput(8)));
    }

    private static List<Object> everything(RandomInput input) {
        return List.of(
                input.anyInt(),
                input.anyLong(),
                input.between(0L, 1000L),
                input.between(0.0, 1.0),
                input.text(40),
                input.list(40, () -> input.bytesOf(1)[0]),
                input.of(1, 2, 3));
    }

    @RandomTest
    void numbersAreWithinTheirBounds(RandomInput input) {
        long one = input.anyLong();
        long other = input.anyLong();
        long min = Math.min(one, other);
        long max = Math.max(one, other);

        assertThat(input.between(min, max)).isBetween(min, max);
        assertThat(input.between((double) min, (double) max)).isBetween((double) min, (double) max);
        assertThat(input.between(max, max)).isEqualTo(max);
        assertThat(input.bytes(5)).hasSizeLessThanOrEqualTo(5);
        assertThat(input.text(5).codePoints()).hasSizeLessThanOrEqualTo(5);
        assertThat(input.list(5, input::anyInt)).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void boundsAreFrequentAndEveryValueOccurs() {
        RandomInput input = new RandomInput(1);
        Set<Long> wide = new HashSet<>();
        Set<Integer> narrow = new HashSet<>();
        Set<Integer> lengths = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            wide.add(input.between(Long.MIN_VALUE, Long.MAX_VALUE));
            narrow.add(input.between(-3, 5));
            lengths.add(input.text(100).length());
        }

        assertThat(wide).contains(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE).hasSizeGreaterThan(800);
        assertThat(narrow).containsExactlyInAnyOrder(-3, -2, -1, 0, 1, 2, 3, 4, 5);
        assertThat(lengths).contains(0, 1);
    }

    @Test
    void seedsAreNewInEachRunUnlessOneIsReplayed() {
        assertThat(RandomInputs.seeds(5, null).toArray()).hasSize(5).doesNotHaveDuplicates();
        assertThat(RandomInputs.seeds(1, null).toArray())
                .isNotEqualTo(RandomInputs.seeds(1, null).toArray());
        assertThat(RandomInputs.seeds(5, "-42").toArray()).containsExactly(-42);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RandomInputs.seeds(5, "x"))
                .withMessage("-Dtest.seed=x is not a seed: a number of 64 bits is allowed");
    }

    @Test
    void aShareOfTheTriesIsMadeAndAFewInAnyCase() {
        assertThat(RandomInputs.tries(100, null)).isEqualTo(100);
        assertThat(RandomInputs.tries(100, "100")).isEqualTo(100);
        assertThat(RandomInputs.tries(1000, "30")).isEqualTo(300);
        assertThat(RandomInputs.tries(12, "30")).isEqualTo(5);
        assertThat(RandomInputs.tries(3, "30")).isEqualTo(3);
        for (String share : new String[] {"0", "101", "-1", "all", ""}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RandomInputs.tries(5, share))
                    .withMessage("-Dtest.tries=" + share + " is not a percentage: 1 to 100 is allowed");
        }
    }

    @Test
    void aFailureNamesItsSeed() {
        assertThatThrownBy(() -> run(() -> {
                    throw new IllegalStateException("no such thing");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("seed=-42 (replay: -Dtest.seed=-42): java.lang.IllegalStateException: no such thing")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAbortedTestIsNoFailure() {
        assertThatThrownBy(() -> run(() -> {
                    throw new TestAbortedException();
                }))
                .isInstanceOf(TestAbortedException.class);
    }

    private static void run(Invocation<Void> invocation) throws Throwable {
        Method method = Stream.of(RandomInputTest.class.getDeclaredMethods())
                .filter(each -> each.isAnnotationPresent(RandomTest.class))
                .findFirst()
                .orElseThrow();
        new SeedReport().interceptTestTemplateMethod(invocation, new Called(method), null);
    }

    private record Called(Method method) implements ReflectiveInvocationContext<Method> {
        @Override
        public Class<?> getTargetClass() {
            return RandomInputTest.class;
        }

        @Override
        public Method getExecutable() {
            return method;
        }

        @Override
        public List<Object> getArguments() {
            return List.of(new RandomInput(-42));
        }

        @Override
        public Optional<Object> getTarget() {
            return Optional.empty();
        }
    }
}
