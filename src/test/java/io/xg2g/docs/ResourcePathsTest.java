package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The path of a resource class that begins the path of another class's method hides that method: JAX-RS 3.7.2 chooses the class by
 * the longest path that matches, and looks for the method in it alone.
 */
class ResourcePathsTest {
    @Test
    void noResourceHidesMethodsOfAnother() {
        List<Class<?>> resources = ConfigurationStart.PROGRAM.stream()
                .filter(type -> type.isAnnotationPresent(Path.class))
                .toList();
        List<String> hidden = new ArrayList<>();
        for (Class<?> hiding : resources) {
            Pattern begins = Pattern.compile(path(hiding).replaceAll("\\{[^}]*}", "[^/]+") + "(/.*)?");
            for (Class<?> other : resources) {
                for (Method method : other.getDeclaredMethods()) {
                    String whole = path(other)
                            + (method.isAnnotationPresent(Path.class)
                                    ? "/" + method.getAnnotation(Path.class).value()
                                    : "");
                    boolean chosen = path(hiding).length() > path(other).length();
                    if (chosen && begins.matcher(whole.replaceAll("/+", "/")).matches()) {
                        hidden.add(hiding.getSimpleName() + " hides " + method);
                    }
                }
            }
        }

        assertThat(resources).hasSizeGreaterThan(5);
        assertThat(hidden).isEmpty();
    }

    private static String path(Class<?> resource) {
        String path = resource.getAnnotation(Path.class).value();
        return path.equals("/") ? "" : path;
    }
}
