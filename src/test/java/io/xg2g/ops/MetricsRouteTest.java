package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.impl.HeaderParser;
import io.vertx.ext.web.impl.ParsableMIMEValue;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsRouteTest {

    /** The first two are those of Prometheus 2.55 and 3.5; the third one asks for native histograms. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | openmetrics
            application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1 | openmetrics
            application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | openmetrics
            application/openmetrics-text;version=1.0.0;charset=utf-8 | openmetrics
            application/openmetrics-text | openmetrics
            application/openmetrics-text;version=0.0.1 | text
            application/openmetrics-text;q=0 | text
            text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.1 | text
            text/plain | text
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text
            */* | text
            application/json | text
            """)
    void theFormatFollowsTheAcceptHeader(String accept, String format) {
        assertThat(MetricsRoute.format(parsed(accept)))
                .isEqualTo(
                        format.equals("text")
                                ? "text/plain; version=0.0.4; charset=utf-8"
                                : "application/openmetrics-text; version=1.0.0; charset=utf-8");
    }

    /** Parses the header as the router does. */
    private static List<MIMEHeader> parsed(String accept) {
        return HeaderParser.sort(HeaderParser.convertToParsedHeaderValues(accept, ParsableMIMEValue::new)).stream()
                .map(MIMEHeader.class::cast)
                .toList();
    }
}
