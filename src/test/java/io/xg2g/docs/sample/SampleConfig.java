package io.xg2g.docs.sample;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Properties of a sample. */
@ConfigMapping(prefix = "sample")
public interface SampleConfig extends SampleBasics {

    /** How long to wait; {@code 0s} is &lt; any. See {@link Kind#SLOW_ONE}. */
    @WithDefault("30s")
    Duration maxWait();

    /**
     * The number.
     *
     * <p>From 1 to 9.
     */
    @WithName("count")
    @WithDefault("4")
    int howMany();

    /** Which kind, or | none. */
    Optional<Kind> kind();

    /** Several kinds. */
    @WithDefault("fast,slow-one")
    List<Kind> kinds();

    /** Where. */
    Optional<Path> directory();

    /** The inner part. */
    Inner inner();

    /** Things by name. */
    Map<String, Thing> things();

    /** Labels by name. */
    Map<String, String> labels();

    /** Rows in order. */
    List<Row> rows();

    /** The same level. */
    @WithParentName
    Flat flat();

    /** A nested group. */
    interface Inner {
        /** Port of the inner part, 1 to 65535. */
        OptionalInt perIPPort();
    }

    /** A group that is repeated. */
    interface Thing {
        /** Height in pixels. */
        @WithDefault("720")
        int height();
    }

    /** A group that is listed. */
    interface Row {
        /** Width of a row. */
        OptionalDouble width();
    }

    /** A group without a name of its own. */
    interface Flat {
        /** Whether it is flat. */
        @WithDefault("true")
        boolean isFlat();
    }

    /** Kinds. */
    enum Kind {
        FAST,
        SLOW_ONE
    }
}
