package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(InjectionIT.OwnDirectory.class)
class InjectionIT {
    @Inject
    Transcoder transcoder;

    @Inject
    MediaInspector inspector;

    @Inject
    EncoderProbe probe;

    @Inject
    Profiles profiles;

    @Inject
    WorkDirectory work;

    @Test
    void allBeansOfTheEngineAreInjected() {
        var inspected = (Inspection.Accepted) inspector.inspect(TestMedia.progressive(), ProcessPriority.NORMAL);
        var device = probe.reports().getLast().device();
        var unit = new TranscodeUnit(
                TestMedia.progressive(),
                inspected.media(),
                profiles.find("480p").orElseThrow(),
                Container.MPEG_TS,
                work.create());

        TranscodeOutcome outcome = transcoder.transcode(unit, device, ProcessPriority.NORMAL, share -> {});

        assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
        work.delete(unit.outputDirectory());
    }

    public static final class OwnDirectory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("xg2g.ffmpeg.work-dir", "target/wiring");
        }
    }
}
