package io.xg2g.ops;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.xg2g.config.ConfigurationCheck;
import io.xg2g.config.ExitCode;
import io.xg2g.durability.DurableQueues;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.process.ChildIsolation;
import io.xg2g.process.WorkDirectory;
import io.xg2g.storage.DataDirectory;
import io.xg2g.storage.FileDescriptors;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * {@code xg2g-gpu --check}: starts the program with the same configuration and the same encoder probe as the service,
 * but opens no port, and uses a work directory beside the service's, so that the service can keep running. Prints a
 * {@link CheckReport} with the results of the readiness checks, and exits with {@link ExitCode#OK} if the service would
 * be ready.
 */
@Singleton
@Unremovable
final class Check implements QuarkusApplication {
    static final String ARGUMENT = "--check";

    private final Lifecycle lifecycle;
    private final EncoderProbe probe;
    private final ChildIsolation isolation;
    private final WorkDirectory work;
    private final DataDirectory data;
    private final DurableQueues queues;
    private final FileDescriptors descriptors;
    private final Instance<HealthCheck> readiness;

    Check(
            Lifecycle lifecycle,
            EncoderProbe probe,
            ChildIsolation isolation,
            WorkDirectory work,
            DataDirectory data,
            DurableQueues queues,
            FileDescriptors descriptors,
            @Readiness Instance<HealthCheck> readiness) {
        this.descriptors = descriptors;
        this.lifecycle = lifecycle;
        this.probe = probe;
        this.isolation = isolation;
        this.work = work;
        this.data = data;
        this.queues = queues;
        this.readiness = readiness;
    }

    /** Runs the check; does not return. */
    static void main(String[] args) {
        ConfigurationCheck.request();
        System.setProperty("quarkus.http.host-enabled", "false");
        System.setProperty("quarkus.management.host-enabled", "false");
        System.setProperty("quarkus.log.console.enabled", "false");
        Quarkus.run(Check.class, Check::end, args);
    }

    @Override
    public int run(String... args) throws InterruptedException {
        try {
            lifecycle.started();
            lifecycle.awaitDevices();
            List<HealthCheckResponse> results =
                    readiness.stream().map(HealthCheck::call).toList();
            CheckReport report = new CheckReport(
                    probe.ffmpegVersion(),
                    probe.ffmpegWarning(),
                    isolation.toString(),
                    descriptors.toString(),
                    probe.reports(),
                    results);
            report.lines().forEach(System.out::println);
            return (report.isReady() ? ExitCode.OK : ExitCode.FAILURE).value();
        } finally {
            // They would create their files again.
            queues.close();
            data.close();
            work.remove();
        }
    }

    private static void end(int code, @Nullable Throwable failure) {
        if (failure != null) {
            CheckReport.ofFailure(failure).forEach(System.out::println);
        }
        System.exit(failure == null ? code : ExitCode.FAILURE.value());
    }
}
