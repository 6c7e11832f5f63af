package io.xg2g.docs.sample;

import io.smallrye.config.WithDefault;

/** What every sample has. */
public interface SampleBasics {

    /** What it is called. */
    @WithDefault("a " + "name")
    String name();
}
