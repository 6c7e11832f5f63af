package io.xg2g.telemetry;

import java.io.IOException;
import java.io.InputStream;

/** Recording that can be opened repeatedly, each time from its start. */
@FunctionalInterface
interface Recording {
    InputStream open() throws IOException;
}
