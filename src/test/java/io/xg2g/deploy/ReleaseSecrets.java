package io.xg2g.deploy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Secrets of Kubernetes as Protocol Buffers: four bytes, then a message with the type (field 1) and the object (field 2). */
final class ReleaseSecrets {
    static final String TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final Pattern NAME = Pattern.compile("sh\\.helm\\.release\\.v1\\.[a-z0-9-]+\\.v[0-9]+");

    private ReleaseSecrets() {}

    static boolean isOne(byte[] body) {
        return body.length > MAGIC.length && Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The object of a message. */
    static ByteString unwrapped(byte[] body) {
        try {
            return UnknownFieldSet.parseFrom(ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length))
                    .getField(2)
                    .getLengthDelimitedList()
                    .getFirst();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static String name(ByteString secret) {
        Matcher name = NAME.matcher(secret.toString(StandardCharsets.ISO_8859_1));
        if (!name.find()) {
            throw new AssertionError("a secret without a release");
        }
        return name.group();
    }

    static byte[] wrapped(ByteString secret) {
        return wrapped("Secret", secret);
    }

    static byte[] list(Collection<ByteString> secrets) {
        Field.Builder items = Field.newBuilder();
        secrets.forEach(items::addLengthDelimited);
        return wrapped(
                "SecretList",
                UnknownFieldSet.newBuilder().addField(2, items.build()).build().toByteString());
    }

    private static byte[] wrapped(String kind, ByteString object) {
        ByteString type = message(ByteString.copyFromUtf8("v1"), ByteString.copyFromUtf8(kind));
        return ByteString.copyFrom(MAGIC).concat(message(type, object)).toByteArray();
    }

    private static ByteString message(ByteString first, ByteString second) {
        return UnknownFieldSet.newBuilder()
                .addField(1, Field.newBuilder().addLengthDelimited(first).build())
                .addField(2, Field.newBuilder().addLengthDelimited(second).build())
                .build()
                .toByteString();
    }
}
