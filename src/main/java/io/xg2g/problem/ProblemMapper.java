package io.xg2g.problem;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps every failure of a request to problem details. No other class of the program writes error responses. */
public final class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final MediaType PROBLEM_JSON = new MediaType("application", "problem+json");

    /** Maximum length of a client's name in a message, in characters. */
    private static final int MAX_NAME = 64;

    @ServerExceptionMapper
    Response expected(ProblemException exception) {
        return response(exception.problem()).build();
    }

    /** Maps failures that the HTTP layer detects: unknown path, wrong method, and so on. */
    @ServerExceptionMapper
    Response framework(WebApplicationException exception) {
        int status = exception.getResponse().getStatus();
        if (status >= 500) {
            return unexpected(exception);
        }
        if (status == 404 && exception.getCause() != null) {
            // The path exists: JAX-RS answers so if a parameter cannot be converted to its type.
            return response(ProblemType.INVALID_REQUEST.with(
                            "a parameter has a malformed value; see the OpenAPI description"))
                    .build();
        }
        Problem problem = switch (status) {
            case 404 -> ProblemType.NOT_FOUND.with("there is no resource at this path; see the OpenAPI description");
            case 405 -> ProblemType.METHOD_NOT_ALLOWED.with("the path exists, but not for this method");
            case 406 -> ProblemType.NOT_ACCEPTABLE.with("no response format matches the Accept header");
            case 413 -> ProblemType.TOO_LARGE.with("the body exceeds the limit");
            case 415 -> ProblemType.UNSUPPORTED_TYPE.with("the path does not accept this Content-Type");
            default -> ProblemType.INVALID_REQUEST.with("the request is malformed");
        };
        return response(problem).build();
    }

    /** Maps a JSON body with a member that is not described. */
    @ServerExceptionMapper
    Response unknown(UnrecognizedPropertyException exception) {
        String name = exception.getPropertyName();
        String known = exception.getKnownPropertyIds().stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(", "));
        return response(ProblemType.INVALID_REQUEST.with("the member «"
                        + (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "…" : name)
                        + "» is unknown; allowed: " + known))
                .build();
    }

    /** Maps a JSON body in which a value has another type than the one that is described. */
    @ServerExceptionMapper
    Response mismatched(MismatchedInputException exception) {
        String member = exception.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .findFirst()
                .map(name -> "the value of " + name)
                .orElse("the body");
        return response(ProblemType.INVALID_REQUEST.with(
                        member + " has another JSON type than expected; see the OpenAPI description"))
                .build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable bug) {
        if (isCausedByClient(bug)) {
            LOG.debug("client disconnected, or sent malformed HTTP", bug);
            return response(ProblemType.INVALID_REQUEST.with("the connection was closed, or the body is malformed"))
                    .build();
        }
        if (DiskFailure.isCauseOf(bug)) {
            LOG.errorf("request failed, file not written: error=%s", bug);
            LOG.debug("request failed, file not written", bug);
            return response(DiskFailure.of("a file cannot be written; see the log"))
                    .build();
        }
        LOG.error("request failed unexpectedly", bug);
        return response(ProblemType.INTERNAL_ERROR.with("unexpected error; see the log"))
                .build();
    }

    private static boolean isCausedByClient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpClosedException
                    || cause instanceof ClosedChannelException
                    || cause instanceof StreamResetException
                    || cause instanceof DecoderException) {
                return true;
            }
        }
        return false;
    }

    /** Ends a request outside of a resource with a problem. */
    public static void send(RoutingContext exchange, Problem problem) {
        HttpServerResponse response =
                exchange.response().setStatusCode(problem.type().status());
        retryAfter(problem).ifPresent(seconds -> response.putHeader(HttpHeaders.RETRY_AFTER, seconds));
        response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON.toString())
                .end(Json.encodeToBuffer(ProblemDetails.of(problem)));
    }

    /** Returns the response for a problem, to which headers can be added. */
    public static Response.ResponseBuilder response(Problem problem) {
        Response.ResponseBuilder response =
                Response.status(problem.type().status()).type(PROBLEM_JSON).entity(ProblemDetails.of(problem));
        retryAfter(problem).ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds));
        return response;
    }

    /** Returns whole seconds, rounded up: RFC 9110, section 10.2.3. */
    private static Optional<String> retryAfter(Problem problem) {
        return Optional.ofNullable(problem.retryAfter())
                .map(delay -> Long.toString(Math.max(1, (delay.toMillis() + 999) / 1000)));
    }
}
