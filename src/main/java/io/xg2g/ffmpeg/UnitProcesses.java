package io.xg2g.ffmpeg;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Units by the process id of their child. Thread-safe. */
@ApplicationScoped
public class UnitProcesses {
    private final Map<Long, TranscodeUnit> running = new ConcurrentHashMap<>();

    void started(long pid, TranscodeUnit unit) {
        running.put(pid, unit);
    }

    void ended(long pid) {
        running.remove(pid);
    }

    /** Returns the unit of a process, if it runs one. */
    public Optional<TranscodeUnit> unit(long pid) {
        return Optional.ofNullable(running.get(pid));
    }
}
