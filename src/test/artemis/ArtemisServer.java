import java.util.Set;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/**
 * Artemis with AMQP 1.0 and one user, for the tests: {@code ArtemisServer <port> <password> [<directory of its journal>]}. Without a
 * journal it has messages in memory only. Full addresses below {@code blocking} block.
 */
public final class ArtemisServer {
    private static final String USER = "xg2g";
    private static final int MAX_BYTES = 512 << 10;

    private ArtemisServer() {}

    /** Permits everything to the user. */
    private record OneUser(String password) implements ActiveMQSecurityManager {
        @Override
        public boolean validateUser(String user, String given) {
            return USER.equals(user) && password.equals(given);
        }

        @Override
        public boolean validateUserAndRole(String user, String given, Set<Role> roles, CheckType type) {
            return validateUser(user, given);
        }
    }

    public static void main(String[] args) throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(args.length > 2)
                .setJMXManagementEnabled(false)
                .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + args[0] + "?protocols=AMQP");
        if (args.length > 2) {
            configuration
                    .setJournalType(JournalType.NIO)
                    .setJournalDirectory(args[2] + "/journal")
                    .setBindingsDirectory(args[2] + "/bindings")
                    .setPagingDirectory(args[2] + "/paging")
                    .setLargeMessagesDirectory(args[2] + "/large");
        }
        configuration.addAddressSetting(
                "#",
                new AddressSettings()
                        .setDefaultAddressRoutingType(RoutingType.MULTICAST)
                        .setDefaultQueueRoutingType(RoutingType.MULTICAST));
        configuration.addAddressSetting(
                "blocking.#",
                new AddressSettings()
                        .setDefaultAddressRoutingType(RoutingType.MULTICAST)
                        .setDefaultQueueRoutingType(RoutingType.MULTICAST)
                        .setMaxSizeBytes(MAX_BYTES)
                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.BLOCK));
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.setSecurityManager(new OneUser(args[1]));
        server.start();
    }
}
