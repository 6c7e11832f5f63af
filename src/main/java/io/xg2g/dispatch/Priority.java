package io.xg2g.dispatch;

import io.xg2g.process.ProcessPriority;

/** Levels of urgency, lowest first. A waiting request of a higher level always starts before one of a lower level. */
public enum Priority {
    /** Thumbnails and previews. */
    PREVIEW(0),
    /** New requests. */
    NORMAL(1),
    /** Units of streams that are already playing, and of live channels. Only the dispatcher gives this level; nobody can ask for it. */
    ACTIVE(2);

    private final int level;

    Priority(int level) {
        this.level = level;
    }

    /** The level's number, as metrics name it: 0, 1 or 2. */
    public int level() {
        return level;
    }

    /** The priority of processes that work at this level, for units that are not due at a time. */
    public ProcessPriority ofProcess() {
        return switch (this) {
            case PREVIEW -> ProcessPriority.PREVIEW;
            case NORMAL -> ProcessPriority.NORMAL;
            case ACTIVE -> ProcessPriority.ACTIVE;
        };
    }

    /** The next higher level; the highest is its own. */
    Priority raised() {
        return this == PREVIEW ? NORMAL : ACTIVE;
    }
}
