package io.xg2g;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.NormalScope;
import jakarta.enterprise.inject.Vetoed;
import jakarta.inject.Scope;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A class of the tests that extends a bean of the program is a second bean of its type in tests with {@code @QuarkusTest}, all of which then
 * fail to start.
 */
class TestBeansTest {
    private static final String VETOED = Vetoed.class.descriptorString();

    @Test
    void classesThatExtendBeansAreVetoed() throws Exception {
        Path classes = Path.of(TestBeansTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> beans = new ArrayList<>();
        int vetoed = 0;
        try (Stream<Path> files = Files.walk(classes.resolve("io"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                ClassModel model = ClassFile.of().parse(file);
                if (extendsBean(model) && !isVetoed(model)) {
                    beans.add(model.thisClass().asInternalName());
                }
                vetoed += isVetoed(model) ? 1 : 0;
            }
        }

        assertThat(beans).isEmpty();
        assertThat(vetoed).as("classes that need it").isPositive();
    }

    private static boolean extendsBean(ClassModel model) throws ClassNotFoundException, IOException {
        String parent = model.superclass().orElseThrow().asInternalName();
        boolean anonymous = model.thisClass().asInternalName().matches(".*\\$\\d+");
        if (anonymous || !parent.startsWith("io/xg2g/")) {
            return false;
        }
        Class<?> type = Class.forName(parent.replace('/', '.'), false, TestBeansTest.class.getClassLoader());
        return Stream.of(type.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(annotation -> annotation.isAnnotationPresent(NormalScope.class)
                        || annotation.isAnnotationPresent(Scope.class));
    }

    private static boolean isVetoed(ClassModel model) {
        return model.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(all -> all.annotations().stream())
                .anyMatch(annotation -> annotation.className().equalsString(VETOED));
    }
}
