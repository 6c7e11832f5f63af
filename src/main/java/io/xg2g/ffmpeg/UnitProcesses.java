package io.xg2g.ffmpeg;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which child process works at which unit. Thread-safe. */
@ApplicationScoped
public class UnitProcesses {
    private final Map<Long, TranscodeUnit> running = new ConcurrentHashMap<>();

    void began(long pid, TranscodeUnit unit) {
        running.put(pid, unit);
    }

    void ended(long pid) {
        running.remove(pid);
    }

    /** The unit that the process works at, if it is a child of this program and does. */
    public Optional<TranscodeUnit> unit(long pid) {
        return Optional.ofNullable(running.get(pid));
    }
}
