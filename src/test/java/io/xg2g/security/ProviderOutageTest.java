package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ProviderOutageTest {
    private long now = Long.MAX_VALUE - 5;
    private final ProviderOutage outage = new ProviderOutage(() -> now);

    @Test
    void failuresOfTheProviderAndItsConnectionsAreAnOutage() {
        assertThat(ProviderOutage.isCauseOf(new OIDCException("OIDC Server is not available")))
                .isTrue();
        assertThat(ProviderOutage.isCauseOf(new IllegalStateException(new OIDCException("garbage"))))
                .isTrue();
        assertThat(ProviderOutage.isCauseOf(new AuthenticationFailedException(new ConnectException("refused"))))
                .isTrue();
        assertThat(ProviderOutage.isCauseOf(new AuthenticationFailedException(new TimeoutException("late"))))
                .isTrue();
    }

    @Test
    void invalidTokensAndOtherConnectionsAreNoOutage() {
        assertThat(ProviderOutage.isCauseOf(new AuthenticationFailedException()))
                .isFalse();
        assertThat(ProviderOutage.isCauseOf(new AuthenticationFailedException(new SecurityException("signature"))))
                .isFalse();
        assertThat(ProviderOutage.isCauseOf(new ConnectException("a source"))).isFalse();
    }

    @Test
    void theResponseHasRetryAfter() {
        Problem problem = outage.problem(new OIDCException("OIDC Server is not available"));

        assertThat(problem.type()).isEqualTo(ProblemType.IDENTITY_PROVIDER_UNAVAILABLE);
        assertThat(problem.retryAfter()).isPositive();
    }

    @Test
    void aLineIsLoggedOncePerIntervalAlsoWhenTheClockOverflows() {
        assertThat(outage.mayLog()).isTrue();
        now += Duration.ofSeconds(59).toNanos();
        assertThat(outage.mayLog()).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(outage.mayLog()).isTrue();
        assertThat(outage.mayLog()).isFalse();
    }
}
