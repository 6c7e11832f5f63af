package io.xg2g.dispatch;

import io.xg2g.process.ProcessPriority;

/** Priority levels, lowest first. A waiting request of a higher level starts before any of a lower level. */
public enum Priority {
    /** Thumbnails and previews. */
    PREVIEW(0),
    /** New requests. */
    NORMAL(1),
    /** Units of live channels and of streams that are playing. Assigned by the dispatcher; cannot be requested. */
    ACTIVE(2);

    private final int level;

    Priority(int level) {
        this.level = level;
    }

    /** Returns the number of the level: 0, 1 or 2; label of metrics. */
    public int level() {
        return level;
    }

    /** Returns the process priority for units of this level without a due time. */
    public ProcessPriority ofProcess() {
        return switch (this) {
            case PREVIEW -> ProcessPriority.PREVIEW;
            case NORMAL -> ProcessPriority.NORMAL;
            case ACTIVE -> ProcessPriority.ACTIVE;
        };
    }

    /** Returns the next higher level; for the highest one, itself. */
    Priority raised() {
        return this == PREVIEW ? NORMAL : ACTIVE;
    }
}
