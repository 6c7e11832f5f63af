package io.xg2g.docs;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import io.smallrye.config.common.utils.StringUtil;
import io.xg2g.docs.ConfigurationReference.Group;
import io.xg2g.docs.ConfigurationReference.Property;
import io.xg2g.docs.ConfigurationReference.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Reads the {@code @ConfigMapping} interfaces of a source tree with the JDK's own compiler and documentation parser.
 *
 * <p>The sources are only parsed, not compiled: types are found by their names among the sources given. SmallRye
 * Config's rules for names apply: kebab-case, {@code @WithName}, {@code @WithParentName}, nested interfaces, maps.
 */
final class ConfigurationSources {

    /** A type declared in the sources. */
    private record Declaration(String qualifiedName, TreePath path, ClassTree tree) {}

    private final DocTrees docs;
    private final List<Declaration> declarations = new ArrayList<>();

    private ConfigurationSources(DocTrees docs) {
        this.docs = docs;
    }

    /** Reads every mapping below the directory. */
    static ConfigurationReference read(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            ConfigurationSources sources = new ConfigurationSources(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                sources.collectDeclarations(unit);
            }
            return new ConfigurationReference(sources.sections());
        }
    }

    private void collectDeclarations(CompilationUnitTree unit) {
        String packageName = String.valueOf(unit.getPackageName());
        new TreePathScanner<Void, String>() {
            @Override
            public Void visitClass(ClassTree tree, String enclosing) {
                String name = enclosing + "." + tree.getSimpleName();
                declarations.add(new Declaration(name, getCurrentPath(), tree));
                return super.visitClass(tree, name);
            }
        }.scan(unit, packageName);
    }

    private List<Section> sections() {
        return declarations.stream()
                .flatMap(type -> Annotations.value(type.tree().getModifiers(), "ConfigMapping", "prefix").stream()
                        .map(prefix -> section(type, prefix)))
                .sorted(Comparator.comparing(Section::prefix))
                .toList();
    }

    private Section section(Declaration type, String prefix) {
        Section section = new Section(prefix, description(type.path(), type.qualifiedName()));
        addProperties(type, prefix, section);
        return section;
    }

    private void addProperties(Declaration type, String prefix, Section section) {
        for (Tree parent : type.tree().getImplementsClause()) {
            find(parent.toString(), type).ifPresent(found -> addProperties(found, prefix, section));
        }
        for (Tree member : type.tree().getMembers()) {
            if (member instanceof MethodTree method
                    && !method.getModifiers().getFlags().contains(Modifier.STATIC)) {
                addProperty(type, method, prefix, section);
            }
        }
    }

    private void addProperty(Declaration type, MethodTree method, String prefix, Section section) {
        MappedType mapped = MappedType.of(method.getReturnType());
        String name = prefix + segment(method) + mapped.keys();
        String meaning = description(new TreePath(type.path(), method), type.qualifiedName() + "." + method.getName());
        Optional<Declaration> declared = find(mapped.element(), type);
        if (declared.isPresent() && declared.get().tree().getKind() == Tree.Kind.INTERFACE) {
            String each = mapped.list() ? name + "[0]" : name;
            if (!each.equals(prefix + segment(method))) {
                section.groups().add(new Group(each, meaning));
            }
            addProperties(declared.get(), each, section);
            return;
        }
        String written = declared.filter(found -> found.tree().getKind() == Tree.Kind.ENUM)
                .map(ConfigurationSources::constants)
                .orElseGet(mapped::written);
        section.properties()
                .add(new Property(
                        name,
                        StringUtil.replaceNonAlphanumericByUnderscores(name).toUpperCase(Locale.ROOT),
                        defaultValue(method, mapped),
                        mapped.list() ? "list of " + written : written,
                        meaning));
    }

    private static String defaultValue(MethodTree method, MappedType type) {
        if (method.getBody() != null) {
            return "see the meaning";
        }
        return Annotations.value(method.getModifiers(), "WithDefault", "value")
                .map(value -> "`" + value + "`")
                .orElse(type.optional() ? "none" : "none, must be set");
    }

    /** Name segment of the method, with its leading dot; empty for {@code @WithParentName}. */
    private static String segment(MethodTree method) {
        if (Annotations.isPresent(method.getModifiers(), "WithParentName")) {
            return "";
        }
        return "."
                + Annotations.value(method.getModifiers(), "WithName", "value")
                        .orElseGet(() -> StringUtil.skewer(method.getName().toString()));
    }

    /** Resolves a type name to the nearest declaration. */
    private Optional<Declaration> find(String name, Declaration user) {
        return declarations.stream()
                .filter(type -> type.qualifiedName().endsWith("." + name))
                .max(Comparator.comparingInt(
                        type -> commonPrefix(type.qualifiedName(), user.qualifiedName() + "." + name)));
    }

    private static int commonPrefix(String one, String other) {
        int length = 0;
        while (length < Math.min(one.length(), other.length()) && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return length;
    }

    /** The constants of an enum as SmallRye Config reads them. */
    private static String constants(Declaration type) {
        return type.tree().getMembers().stream()
                .filter(member -> member instanceof VariableTree variable
                        && variable.getType() != null
                        && variable.getType()
                                .toString()
                                .equals(type.tree().getSimpleName().toString())
                        && variable.getInitializer() != null)
                .map(member -> ((VariableTree) member).getName().toString())
                .map(constant -> "`" + constant.toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                .collect(Collectors.joining(", "));
    }

    private String description(TreePath path, String where) {
        return Optional.ofNullable(docs.getDocCommentTree(path))
                .map(JavadocMarkdown::of)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new IllegalStateException(where + " has no Javadoc"));
    }
}
