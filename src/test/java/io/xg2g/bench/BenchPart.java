package io.xg2g.bench;

import java.io.PrintStream;

/** One part of the report, which prints its own tables in Markdown. */
record BenchPart(String name, String title, Run run) {

    /** Measures and prints. */
    interface Run {
        void to(PrintStream out) throws Exception;
    }
}
