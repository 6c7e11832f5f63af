package io.xg2g.docs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.RawTextTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.util.SimpleDocTreeVisitor;
import java.util.List;
import java.util.stream.Collectors;

/** Converter of the description in a Javadoc comment into one line of Markdown. */
final class JavadocMarkdown extends SimpleDocTreeVisitor<String, Void> {

    private JavadocMarkdown() {}

    static String of(DocCommentTree comment) {
        return new JavadocMarkdown()
                .render(comment.getFullBody())
                .replaceAll(" +", " ")
                .strip();
    }

    private String render(List<? extends DocTree> trees) {
        return trees.stream().map(tree -> visit(tree, null)).collect(Collectors.joining());
    }

    @Override
    public String visitText(TextTree text, Void none) {
        return text.getBody().replaceAll("\\s+", " ");
    }

    @Override
    public String visitRawText(RawTextTree markdown, Void none) {
        return markdown.getContent().replaceAll("\\s+", " ");
    }

    @Override
    public String visitLiteral(LiteralTree literal, Void none) {
        String body = literal.getBody().getBody();
        return literal.getKind() == DocTree.Kind.CODE ? "`" + body + "`" : body;
    }

    @Override
    public String visitLink(LinkTree link, Void none) {
        if (!link.getLabel().isEmpty()) {
            return render(link.getLabel());
        }
        String signature = link.getReference().getSignature();
        return "`" + signature.substring(Math.max(signature.lastIndexOf('#'), signature.lastIndexOf('.')) + 1) + "`";
    }

    @Override
    public String visitEntity(EntityTree entity, Void none) {
        return switch (entity.getName().toString()) {
            case "lt" -> "&lt;";
            case "gt" -> ">";
            case "amp" -> "&";
            default -> entity.toString();
        };
    }

    @Override
    public String visitStartElement(StartElementTree element, Void none) {
        return switch (element.getName().toString()) {
            case "p" -> " ";
            case "li" -> " · ";
            default -> "";
        };
    }

    @Override
    public String visitEndElement(EndElementTree element, Void none) {
        return "";
    }

    @Override
    protected String defaultAction(DocTree tree, Void none) {
        return tree.toString();
    }
}
