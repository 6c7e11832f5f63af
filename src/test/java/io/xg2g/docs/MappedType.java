package io.xg2g.docs;

import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import java.util.List;

/**
 * The return type of a configuration method, taken apart.
 *
 * @param element the innermost type as it is written
 * @param keys what maps and lists add to the property's name, for instance {@code ."name"}
 * @param optional whether it may be missing
 * @param list whether several values are written, with commas
 */
record MappedType(String element, String keys, boolean optional, boolean list) {

    static MappedType of(Tree type) {
        return switch (type) {
            case AnnotatedTypeTree annotated -> of(annotated.getUnderlyingType());
            case ParameterizedTypeTree generic -> ofGeneric(generic);
            default ->
                switch (type.toString()) {
                    case "OptionalInt" -> new MappedType("int", "", true, false);
                    case "OptionalLong" -> new MappedType("long", "", true, false);
                    case "OptionalDouble" -> new MappedType("double", "", true, false);
                    default -> new MappedType(type.toString(), "", false, false);
                };
        };
    }

    private static MappedType ofGeneric(ParameterizedTypeTree generic) {
        List<? extends Tree> arguments = generic.getTypeArguments();
        MappedType inner = of(arguments.getLast());
        return switch (generic.getType().toString()) {
            case "Optional" -> new MappedType(inner.element, inner.keys, true, inner.list);
            case "Map" -> new MappedType(inner.element, ".\"name\"" + inner.keys, true, inner.list);
            case "List", "Set" -> new MappedType(inner.element, inner.keys, inner.optional, true);
            default -> new MappedType(generic.toString(), "", false, false);
        };
    }

    /** Description of the type for readers without knowledge of Java. */
    String written() {
        return switch (element) {
            case "int", "Integer", "long", "Long" -> "whole number";
            case "double", "Double", "float", "Float" -> "number";
            case "boolean", "Boolean" -> "`true`, `false`";
            case "String" -> "text";
            case "Duration" -> "duration";
            case "MemorySize" -> "size";
            case "Path" -> "path";
            case "URI", "URL" -> "URL";
            default -> element;
        };
    }
}
