package io.xg2g.docs;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import java.util.Optional;

/** Annotations in parsed sources. */
final class Annotations {

    private Annotations() {}

    static boolean isPresent(ModifiersTree modifiers, String name) {
        return find(modifiers, name).isPresent();
    }

    /** The source text of an annotation member; empty if either is missing. */
    static Optional<String> value(ModifiersTree modifiers, String name, String member) {
        return find(modifiers, name)
                .flatMap(annotation -> annotation.getArguments().stream()
                        .flatMap(argument -> argument(argument, member).stream())
                        .findFirst());
    }

    private static Optional<? extends AnnotationTree> find(ModifiersTree modifiers, String name) {
        return modifiers.getAnnotations().stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
                .findFirst();
    }

    private static Optional<String> argument(ExpressionTree argument, String member) {
        if (argument instanceof AssignmentTree assignment) {
            return assignment.getVariable().toString().equals(member)
                    ? Optional.of(text(assignment.getExpression()))
                    : Optional.empty();
        }
        return member.equals("value") ? Optional.of(text(argument)) : Optional.empty();
    }

    private static String text(ExpressionTree expression) {
        return switch (expression) {
            case LiteralTree literal -> String.valueOf(literal.getValue());
            case BinaryTree sum
            when sum.getKind() == Tree.Kind.PLUS -> text(sum.getLeftOperand()) + text(sum.getRightOperand());
            default -> throw new IllegalStateException("the reference cannot read " + expression + "; write a literal");
        };
    }
}
