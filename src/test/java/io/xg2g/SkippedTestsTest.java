package io.xg2g;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A test that a machine cannot run fails and says what is missing; a skipped one would look like a passed one. Only names are
 * looked for, so the constant pools of the tests' class files are enough: ArchUnit would read their code, for seconds.
 */
class SkippedTestsTest {
    /** A type in the descriptor of a member or an annotation. */
    private static final Pattern DESCRIBED = Pattern.compile("L([\\w/$]+)[;<]");

    /**
     * A class of the tests.
     *
     * @param name its binary name with slashes
     * @param mentioned the types in its code, its members and its annotations, likewise
     */
    private record TestClass(String name, Set<String> mentioned) {
        static TestClass read(Path file) {
            try {
                ClassModel model = ClassFile.of().parse(file);
                Set<String> mentioned = new HashSet<>();
                for (PoolEntry entry : model.constantPool()) {
                    if (entry instanceof ClassEntry type) {
                        mentioned.add(type.asInternalName());
                    } else if (entry instanceof Utf8Entry text) {
                        DESCRIBED.matcher(text.stringValue()).results().forEach(found -> mentioned.add(found.group(1)));
                    }
                }
                return new TestClass(model.thisClass().asInternalName(), mentioned);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final List<TestClass> TESTS = read();

    @Test
    void noTestMakesAssumptions() {
        assertNone(
                _ -> true,
                type -> simpleName(type).endsWith("Assumptions")
                        || simpleName(type).equals("Disabled"));
    }

    /** Random tests report the seed of what fails, and let what others abort pass. */
    @Test
    void noTestAbortsItself() {
        assertNone(
                test -> !test.startsWith("io/xg2g/random/"),
                type -> simpleName(type).equals("TestAbortedException"));
    }

    @Test
    void onlyTestsThatNeedRootDependOnAConditionAndSaySoInTheirName() {
        assertNone(test -> !test.endsWith("AsRootIT"), type -> type.startsWith("org/junit/jupiter/api/condition/"));
    }

    @Test
    void typesAreFoundInCodeMembersAndAnnotations() {
        assertThat(TESTS)
                .filteredOn(test -> test.name().equals("io/xg2g/SkippedTestsTest"))
                .singleElement()
                .satisfies(test -> assertThat(test.mentioned())
                        .contains("java/nio/file/Files", "java/util/regex/Pattern", "org/junit/jupiter/api/Test"));
        assertThat(TESTS.stream().flatMap(test -> test.mentioned().stream()))
                .as("types that some tests may use")
                .contains("org/opentest4j/TestAbortedException")
                .anyMatch(type -> type.startsWith("org/junit/jupiter/api/condition/"));
    }

    private static void assertNone(Predicate<String> test, Predicate<String> type) {
        assertThat(TESTS)
                .filteredOn(read -> test.test(read.name()))
                .flatExtracting(read -> read.mentioned().stream()
                        .filter(type)
                        .map(found -> read.name() + " uses " + found)
                        .toList())
                .isEmpty();
    }

    private static String simpleName(String type) {
        return type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('$')) + 1);
    }

    private static List<TestClass> read() {
        try {
            Path classes = Path.of(SkippedTestsTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(classes.resolve("io"))) {
                return files.filter(file -> file.toString().endsWith(".class"))
                        .map(TestClass::read)
                        .toList();
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
