package io.xg2g.telemetry;

import java.io.IOException;
import java.io.InputStream;

/** A recording that can be read from its beginning as often as wanted. */
@FunctionalInterface
interface Recording {
    InputStream open() throws IOException;
}
