package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobOwnersTest {
    private static final JobOwner HERE = new JobOwner.Here();

    private final JobOwners a = new JobOwners(Optional.of("a"), "renamed-0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53"::equals);
    private final JobOwners b = new JobOwners(Optional.of("b"), _ -> false);
    private final JobOwners alone = new JobOwners(Optional.empty(), _ -> false);

    @Test
    void aJobIsWhereItWasAccepted() {
        String id = a.next();
        assertThat(a.of(id)).isEqualTo(HERE);
        assertThat(b.of(id)).isEqualTo(new JobOwner.Gateway("a"));
    }

    @Test
    void whatThisGatewayHasIsHereAlsoUnderAnotherName() {
        assertThat(a.of("renamed-0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53")).isEqualTo(HERE);
        assertThat(b.of("renamed-0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53")).isEqualTo(new JobOwner.Gateway("renamed"));
    }

    @Test
    void whatHasNoOwnerIsHere() {
        assertThat(a.of(alone.next())).isEqualTo(HERE);
        assertThat(a.of("x")).isEqualTo(HERE);
        assertThat(alone.of(a.next())).isEqualTo(HERE);
    }
}
