package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StartOrderTest {

    /** A gateway is asked for its jobs as soon as it listens, and must not say that it has none before it has loaded them. */
    @Test
    void theInnerPortOpensAfterEverythingIsLoadedAndBeforeTheMemberIsAnnounced() {
        int usual = Interceptor.Priority.APPLICATION + 500;

        assertThat(priority(InnerServer.class)).isGreaterThan(usual);
        assertThat(priority(Members.class)).isGreaterThan(priority(InnerServer.class));
        assertThat(priority(SlotBroker.class)).isGreaterThan(priority(InnerServer.class));
    }

    private static int priority(Class<?> bean) {
        return Arrays.stream(bean.getDeclaredMethods())
                .map(Method::getParameters)
                .filter(parameters -> parameters.length > 0 && parameters[0].getType() == StartupEvent.class)
                .map(parameters -> parameters[0].getAnnotation(Priority.class))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
