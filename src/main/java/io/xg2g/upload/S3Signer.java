package io.xg2g.upload;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signer of requests to a bucket (AWS Signature Version 4), with the hash of the body. Thread-safe. */
final class S3Signer implements HttpTarget.Signer {
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsIdentity identity;
    private final String region;

    S3Signer(UploadSettings.S3Keys keys) {
        identity = AwsCredentialsIdentity.create(keys.accessKey(), keys.secretKey());
        region = keys.region();
    }

    @Override
    public Map<String, String> sign(String method, URI uri, Map<String, String> headers, RequestBody body) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(uri);
        headers.forEach(request::putHeader);
        SignedRequest signed = signer.sign(builder -> builder.identity(identity)
                .request(request.build())
                .payload(body::open)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false));
        Map<String, String> all = new TreeMap<>();
        signed.request().headers().forEach((name, values) -> all.put(name, String.join(",", values)));
        return all;
    }
}
