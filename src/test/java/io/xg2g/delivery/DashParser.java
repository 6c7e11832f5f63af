package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reader of a manifest as a player does, after validation against the schema. */
public final class DashParser {
    private static final Schema SCHEMA = schema();

    /** A segment that a player would fetch; times in the timescale of its set. */
    record Media(String uri, long time, long duration) {}

    /** One track of a set. */
    record Representation(String id, Element element, String init, List<Media> segments) {}

    /** An adaptation set. */
    record Adaptation(long id, Element element, long timescale, long offset, List<Representation> representations) {}

    /** A period; its start in seconds. */
    record Period(String id, BigDecimal start, List<Adaptation> sets) {}

    /** A manifest. */
    record Manifest(Element element, List<Period> periods) {
        /** Its availabilityStartTime, in milliseconds since 1970. */
        long start() {
            return Instant.parse(element.getAttribute("availabilityStartTime")).toEpochMilli();
        }
    }

    private DashParser() {}

    private static Schema schema() {
        try {
            return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                    .newSchema(DashParser.class.getResource("mpd.xsd"));
        } catch (SAXException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Returns the URIs of all segments and init segments, relative to the manifest. */
    public static List<String> uris(String text) {
        return read(text).periods().stream()
                .flatMap(period -> period.sets().stream())
                .flatMap(set -> set.representations().stream())
                .flatMap(one -> Stream.concat(
                        Stream.of(one.init()), one.segments().stream().map(Media::uri)))
                .toList();
    }

    static Manifest read(String text) {
        Element root = document(text).getDocumentElement();
        List<Period> periods = new ArrayList<>();
        for (Element period : children(root, "Period")) {
            List<Adaptation> sets = children(period, "AdaptationSet").stream()
                    .map(DashParser::set)
                    .toList();
            periods.add(new Period(period.getAttribute("id"), seconds(period.getAttribute("start")), sets));
        }
        return new Manifest(root, periods);
    }

    private static Document document(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setSchema(SCHEMA);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new ErrorHandler() {
                @Override
                public void warning(SAXParseException problem) throws SAXException {
                    throw problem;
                }

                @Override
                public void error(SAXParseException problem) throws SAXException {
                    throw problem;
                }

                @Override
                public void fatalError(SAXParseException problem) throws SAXException {
                    throw problem;
                }
            });
            return builder.parse(new InputSource(new StringReader(text)));
        } catch (ParserConfigurationException | SAXException | IOException invalid) {
            throw new AssertionError(invalid.getMessage() + " in\n" + text, invalid);
        }
    }

    private static Adaptation set(Element set) {
        Element template = children(set, "SegmentTemplate").getFirst();
        List<Representation> representations = new ArrayList<>();
        for (Element representation : children(set, "Representation")) {
            String id = representation.getAttribute("id");
            String init = template.getAttribute("initialization").replace("$RepresentationID$", id);
            String media = template.getAttribute("media").replace("$RepresentationID$", id);
            assertThat(init).doesNotContain("$");
            representations.add(new Representation(id, representation, init, segments(template, media)));
        }
        return new Adaptation(
                Long.parseLong(set.getAttribute("id")),
                set,
                Long.parseLong(template.getAttribute("timescale")),
                Long.parseLong(template.getAttribute("presentationTimeOffset")),
                representations);
    }

    /** 5.3.9.6: without t the time follows from the previous segment; r repeats. */
    private static List<Media> segments(Element template, String media) {
        List<Media> segments = new ArrayList<>();
        long time = 0;
        for (Element s : children(children(template, "SegmentTimeline").getFirst(), "S")) {
            assertThat(segments.isEmpty() && !s.hasAttribute("t"))
                    .as("the first one has a time")
                    .isFalse();
            if (s.hasAttribute("t")) {
                long given = Long.parseLong(s.getAttribute("t"));
                assertThat(given).isGreaterThanOrEqualTo(time);
                time = given;
            }
            long duration = Long.parseLong(s.getAttribute("d"));
            int repeat = s.hasAttribute("r") ? Integer.parseInt(s.getAttribute("r")) : 0;
            for (int i = 0; i <= repeat; i++) {
                segments.add(new Media(media.replace("$Time$", Long.toString(time)), time, duration));
                time += duration;
            }
        }
        return segments;
    }

    static BigDecimal seconds(String duration) {
        assertThat(duration).matches("PT[0-9]+(\\.[0-9]+)?S");
        return new BigDecimal(duration.substring(2, duration.length() - 1));
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getLocalName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
