package io.xg2g.gpu;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.bus.Bus;
import io.xg2g.bus.BusStoppedException;
import io.xg2g.bus.Message;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Publisher of samples to the topic {@value #TOPIC}, as JSON. It does not block the collector: while a publication waits for
 * the bus, later samples are dropped.
 */
@ApplicationScoped
@RegisterForReflection(targets = {GpuSample.class, EncoderSession.class})
public class GpuPublisher {
    /** Topic of {@link GpuSample}s. */
    public static final String TOPIC = "telemetry.gpu";

    private static final Logger LOG = Logger.getLogger(GpuPublisher.class);

    private final Bus bus;
    private final ObjectMapper mapper;
    private final AtomicBoolean publishing = new AtomicBoolean();

    GpuPublisher(Bus bus, ObjectMapper mapper) {
        this.bus = bus;
        this.mapper = mapper;
    }

    void publish(List<GpuSample> samples) {
        if (samples.isEmpty()) {
            return;
        }
        if (publishing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("gpu-publisher").start(() -> publishAll(samples));
        } else {
            LOG.warnf("GPU samples dropped, bus is full: samples=%d", samples.size());
        }
    }

    private void publishAll(List<GpuSample> samples) {
        try {
            for (GpuSample sample : samples) {
                bus.publish(Message.json(TOPIC, sample, mapper));
            }
        } catch (BusStoppedException stopped) {
            LOG.debug("GPU samples dropped, bus is stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            publishing.set(false);
        }
    }
}
