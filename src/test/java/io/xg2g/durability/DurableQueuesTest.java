package io.xg2g.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.queue.CircularQueue;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.queue.QueueOptions;
import io.xg2g.storage.DataDirectories;
import io.xg2g.storage.DataDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableQueuesTest {
    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private DataDirectory data;
    private DurableQueues queues;

    @BeforeEach
    void open() {
        data = DataDirectories.in(directory);
        queues = new DurableQueues(data, registry);
    }

    @AfterEach
    void close() throws Exception {
        queues.close();
        data.close();
    }

    @Test
    void metricsShowWhatAQueueHolds() throws Exception {
        HybridQueue<String> queue = queues.work(options("jobs"), new TextSerializer());
        queue.add("first");
        queue.add("second");
        queue.poll().orElseThrow().acknowledge();
        queue.poll().orElseThrow();

        assertThat(gauge("xg2g.queue.items", "jobs")).isEqualTo(1);
        assertThat(gauge("xg2g.queue.leased.items", "jobs")).isEqualTo(1);
        assertThat(gauge("xg2g.queue.file.bytes", "jobs")).isPositive();
        assertThat(counter("xg2g.queue.added", "jobs")).isEqualTo(2);
        assertThat(counter("xg2g.queue.acknowledged", "jobs")).isEqualTo(1);
        assertThat(registry.get("xg2g.queue.sync").tag("queue", "jobs").timer().count())
                .isPositive();
    }

    @Test
    void damageFoundAtTheOpeningIsCountedAndReported() throws Exception {
        try (HybridQueue<String> queue = queues.work(options("jobs"), new TextSerializer())) {
            queue.add("damaged below");
            queue.add("intact");
        }
        flipFirst("damaged below");
        List<QueueReport> reports = new ArrayList<>();

        HybridQueue<String> queue = queues.work(options("jobs"), new TextSerializer());
        queues.onReport(reports::add);

        assertThat(queue.poll().orElseThrow().item()).isEqualTo("intact");
        assertThat(counter("xg2g.queue.corrupt.records", "jobs")).isEqualTo(1);
        assertThat(reports).singleElement().isInstanceOfSatisfying(QueueReport.Damaged.class, report -> {
            assertThat(report.queue()).isEqualTo("jobs");
            assertThat(report.damage().offset()).isPositive();
        });
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Files.createDirectories(queues.directory("events").getParent());
        Files.writeString(queues.directory("events"), "a file");

        assertThatIllegalStateException()
                .isThrownBy(() -> queues.circular(options("events"), new TextSerializer()))
                .withMessageContaining("queue events in " + queues.directory("events") + " cannot be used");
    }

    @Test
    void nothingIsAddedAfterTheEnd() {
        HybridQueue<String> jobs = queues.work(options("jobs"), new TextSerializer());
        CircularQueue<String> events = queues.circular(options("events"), new TextSerializer());

        queues.close();
        queues.close();

        assertThatThrownBy(() -> jobs.add("late")).isInstanceOf(QueueException.Closed.class);
        assertThatThrownBy(() -> events.add("late", null)).isInstanceOf(QueueException.Closed.class);
    }

    private QueueOptions options(String name) {
        return QueueOptions.named(name).with(queues.storage(name, Durability.SYNC));
    }

    /** Flips a bit of an item in its file. */
    private void flipFirst(String item) throws IOException {
        try (var files = Files.list(queues.directory("jobs"))) {
            for (Path file : files.toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                int at = bytes.indexOf(item);
                if (at >= 0) {
                    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                        access.seek(at);
                        access.write('D');
                    }
                    return;
                }
            }
        }
        throw new AssertionError("no file has the item");
    }

    private double gauge(String name, String queue) {
        return registry.get(name).tag("queue", queue).gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private double counter(String name, String queue) {
        return registry.get(name).tag("queue", queue).meters().stream()
                .flatMap(meter -> {
                    List<Double> values = new ArrayList<>();
                    meter.measure().forEach(measurement -> values.add(measurement.getValue()));
                    return values.stream();
                })
                .mapToDouble(Double::doubleValue)
                .sum();
    }
}
