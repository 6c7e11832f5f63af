package io.xg2g.docs.sample;

import io.smallrye.config.WithDefault;

/** Common properties of every sample. */
public interface SampleBasics {

    /** What it is called. */
    @WithDefault("a " + "name")
    String name();
}
