package io.xg2g.docs;

import java.util.ArrayList;
import java.util.List;

/**
 * The reference of the program's configuration, as it is printed.
 *
 * @param sections one for each mapping, in the order of their prefixes
 */
record ConfigurationReference(List<Section> sections) {

    private static final String INTRODUCTION = """
            # Configuration

            <!-- Written by `make docs` from the @ConfigMapping interfaces; changes belong there. -->

            Every property can be set in three ways, the first one found counts:

            1. as a system property: `-Dxg2g.some.property=value`,
            2. as an environment variable: the name in capitals, every other character replaced by `_`,
            3. in `config/application.properties` under the directory that the program is started in.

            A key under `xg2g.` that nothing reads is an error at start-up, so a misspelt one is noticed.

            Durations are written `500ms`, `30s`, `10m` or `2h`; sizes `64M` or `2G` (powers of 1024); lists with commas.
            A name in quotation marks, as in `xg2g.live.channels."name".url`, is chosen by whoever configures. In a
            variable it stands between double underscores, in capitals, with underscores for hyphens:
            `XG2G_LIVE_CHANNELS__FRONT_DOOR__URL` is `xg2g.live.channels.front-door.url`.
            """;

    ConfigurationReference {
        sections = List.copyOf(sections);
    }

    /**
     * One mapping.
     *
     * @param prefix common prefix of its properties
     * @param meaning the interface's description
     * @param groups maps, with keys chosen by the user
     * @param properties in the order of their declaration
     */
    record Section(String prefix, String meaning, List<Group> groups, List<Property> properties) {
        /** A section that is filled while its interface is read. */
        Section(String prefix, String meaning) {
            this(prefix, meaning, new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Properties that exist once per key chosen by the user.
     *
     * @param name prefix of the group's properties
     * @param meaning its description, in Markdown
     */
    record Group(String name, String meaning) {}

    /**
     * One property.
     *
     * @param name its full name; names that the user chooses are given as {@code "name"} in quotation marks
     * @param environmentVariable the same in the spelling of environment variables
     * @param defaultValue default, in Markdown
     * @param type type of the value, in Markdown
     * @param meaning its description, in Markdown
     */
    record Property(String name, String environmentVariable, String defaultValue, String type, String meaning) {}

    String toMarkdown() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (Section section : sections) {
            text.append("\n## `").append(section.prefix()).append("`\n\n");
            text.append(section.meaning()).append("\n\n");
            for (Group group : section.groups()) {
                text.append("`%s`: %s\n\n".formatted(group.name(), group.meaning()));
            }
            text.append("| property and environment variable | default | type | meaning |\n");
            text.append("| --- | --- | --- | --- |\n");
            for (Property property : section.properties()) {
                text.append("| `%s`<br>`%s` | %s | %s | %s |\n"
                        .formatted(
                                property.name(),
                                property.environmentVariable(),
                                cell(property.defaultValue()),
                                cell(property.type()),
                                cell(property.meaning())));
            }
        }
        return text.toString();
    }

    private static String cell(String markdown) {
        return markdown.replace("|", "\\|");
    }
}
