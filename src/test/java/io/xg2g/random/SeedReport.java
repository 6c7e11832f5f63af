package io.xg2g.random;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/** Extension that adds the seed to the failure of a {@link RandomTest}. */
final class SeedReport implements InvocationInterceptor {

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        try {
            invocation.proceed();
        } catch (TestAbortedException aborted) {
            throw aborted;
        } catch (Throwable failure) {
            long seed = ((RandomInput) method.getArguments().getFirst()).seed();
            throw new AssertionError(
                    "seed=%d (replay: -D%s=%d): %s".formatted(seed, RandomInputs.SEED, seed, failure), failure);
        }
    }
}
