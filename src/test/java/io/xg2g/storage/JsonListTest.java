package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonListTest {
    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        JsonList<String> list = list(directory.resolve("names.json"));
        assertThat(list.read()).isEmpty();

        list.write(List.of("a", "ü"));

        assertThat(list(directory.resolve("names.json")).read()).containsExactly("a", "ü");
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("names.json"), "[\"a\", ");

        assertThatIllegalStateException()
                .isThrownBy(list(file)::read)
                .withMessage("xg2g.names " + file + " is not a JSON list of names; repair or remove it");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        Path file = Files.createDirectory(directory.resolve("names.json"));

        assertThatIllegalStateException()
                .isThrownBy(list(file)::read)
                .withMessage("xg2g.names " + file + " cannot be read");
    }

    private static JsonList<String> list(Path file) {
        return new JsonList<>("xg2g.names", "names", file, new ObjectMapper(), new TypeReference<>() {});
    }
}
