package io.xg2g.admission;

import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemMapper;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Interceptor that limits the size of bodies sent without Content-Length ({@link BodyLimits}). */
@Provider
class BoundedBody implements ReaderInterceptor {
    private final RoutingContext exchange;

    BoundedBody(RoutingContext exchange) {
        this.exchange = exchange;
    }

    @ServerExceptionMapper
    Response tooLarge(BodyTooLarge endless) {
        ResponseEnd.of(exchange).bodyPending();
        return ProblemMapper.response(BodyLimits.tooLarge()).build();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (BodyLimits.appliesTo(exchange)) {
            context.setInputStream(new LimitedInput(context.getInputStream()));
        }
        return context.proceed();
    }

    private static final class LimitedInput extends FilterInputStream {
        private long left = BodyLimits.MOST_BYTES;

        LimitedInput(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read;
            try {
                read = super.read(into, from, length);
            } catch (IOException broken) {
                HttpClosedException gone =
                        new HttpClosedException("the connection was closed before the end of the body");
                gone.addSuppressed(broken);
                throw gone;
            }
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) throws BodyTooLarge {
            left -= read;
            if (left < 0) {
                throw new BodyTooLarge();
            }
        }

        /** Does not read the rest of the body: parsers close their input after an error. */
        @Override
        public void close() {}
    }

    /** The body exceeds the limit. An {@link IOException}, since parsers wrap other exceptions. */
    static final class BodyTooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }
}
