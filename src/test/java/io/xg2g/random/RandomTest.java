package io.xg2g.random;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test method that runs several times, each time with another {@link RandomInput}, its only parameter. The seeds differ
 * from run to run of the build; a failure names its seed, and {@code -Dtest.seed=<seed>} runs the method with that one
 * alone.
 *
 * <p>Each run costs JUnit's bookkeeping. A test of microseconds that needs thousands of inputs therefore draws several of
 * them from one seed, in a loop.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "[{index}] {0}")
@ArgumentsSource(RandomInputs.class)
@ExtendWith(SeedReport.class)
public @interface RandomTest {
    /** Number of seeds, at least 1. */
    int tries() default 100;
}
