package io.xg2g.connection;

import io.xg2g.config.ConfigBounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Authorities whose certificates are in a file. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /**
     * Reads a file of certificates (PEM).
     *
     * @param key property that names the file
     * @throws io.quarkus.runtime.configuration.ConfigurationException if it cannot be read, or contains no certificate
     */
    public static TrustManager of(String key, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new GeneralSecurityException("no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust.getTrustManagers()[0];
        } catch (IOException | GeneralSecurityException unusable) {
            throw ConfigBounds.outside(
                    key, file.toString(), "a readable file with certificates in PEM format (" + unusable + ")");
        }
    }
}
