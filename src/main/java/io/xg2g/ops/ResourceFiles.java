package io.xg2g.ops;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.xg2g.process.WorkDirectory;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/**
 * Directory into which Vert.x extracts the static resources that it serves: in the work directory, which only its owner can
 * read and which is emptied at start. The default is below {@code java.io.tmpdir}, writable for every user, and is left behind by a
 * program that is killed.
 */
@ApplicationScoped
class ResourceFiles implements VertxOptionsCustomizer {
    private final WorkDirectory work;
    private final Path directory;

    ResourceFiles(WorkDirectory work) {
        this.work = work;
        this.directory = work.create();
    }

    @Override
    public void accept(VertxOptions options) {
        options.getFileSystemOptions()
                .setFileCacheDir(directory.resolve("resources").toString());
    }

    @PreDestroy
    void delete() {
        work.delete(directory);
    }
}
