package io.xg2g;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Test of the package order of ARCHITECTURE.md and the code rules of CONTRIBUTING.md. */
class ArchitectureTest {

    private static final Path MAIN = Path.of("src/main/java/io/xg2g");
    private static final Path TEST = Path.of("src/test/java/io/xg2g");

    private static final int MAX_LINES = 400;

    /** Packages, lowest first: each may use those before it only. */
    private static final List<String> ORDER = List.of(
            "redaction",
            "problem",
            "config",
            "schedule",
            "logging",
            "storage",
            "http",
            "connection",
            "media",
            "source",
            "queue",
            "durability",
            "bus",
            "events",
            "process",
            "gpu",
            "ffmpeg",
            "dispatch",
            "cluster",
            "transcode",
            "receiver",
            "ingest",
            "packaging",
            "channel",
            "delivery",
            "camera",
            "output",
            "upload",
            "telemetry",
            "admission",
            "security",
            "forward",
            "ops");

    private static JavaClasses program;

    @BeforeAll
    static void importTheProgram() {
        program = CodeUnderTest.program();
    }

    @TestFactory
    Stream<DynamicTest> aPackageUsesOnlyLowerOnes() {
        return ORDER.stream()
                .limit(ORDER.size() - 1L)
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    String[] higher = ORDER.subList(ORDER.indexOf(name) + 1, ORDER.size()).stream()
                            .map(ArchitectureTest::inPackage)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(inPackage(name))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(higher)
                            .allowEmptyShould(true)
                            .check(program);
                }));
    }

    @Test
    void everyTypeBelongsToACapabilityOneLevelDeep() {
        String[] capabilities = ORDER.stream().map(name -> "io.xg2g." + name).toArray(String[]::new);
        classes()
                .should()
                .resideInAnyPackage(capabilities)
                .as("every type belongs to a package of the order in ArchitectureTest, one level deep")
                .allowEmptyShould(true)
                .check(program);
    }

    @Test
    void theQueueIsALibraryOfItsOwn() {
        classes()
                .that()
                .resideInAPackage(inPackage("queue"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify.annotations", inPackage("queue"))
                .check(program);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.xg2g.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(program);
    }

    @Test
    void childProcessesAreStartedOnlyInProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackage(inPackage("process"))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class)
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(DescribedPredicate.describe(
                        "Runtime.exec",
                        target -> target.getName().equals("exec")
                                && target.getOwner().isEquivalentTo(Runtime.class))))
                .allowEmptyShould(true)
                .check(program);
    }

    /** JAX-RS makes URLs absolute by the request's {@code Host}, which behind a proxy is not that of the client. */
    @Test
    void publicUrlsAreBuiltInOnePlace() {
        Set<String> ofTheRequest = Set.of(
                "getBaseUri",
                "getBaseUriBuilder",
                "getAbsolutePath",
                "getAbsolutePathBuilder",
                "getRequestUri",
                "absoluteURI",
                "created",
                "seeOther",
                "temporaryRedirect",
                "location",
                "contentLocation");
        noClasses()
                .that()
                .resideOutsideOfPackage(inPackage("http"))
                .should()
                .callMethodWhere(JavaCall.Predicates.target(DescribedPredicate.describe(
                        "an address made without http.PublicUrls",
                        target -> ofTheRequest.contains(target.getName())
                                && target.getOwner()
                                        .getPackageName()
                                        .matches("jakarta\\.ws\\.rs\\.core|io\\.vertx\\..*"))))
                .check(program);
    }

    /** {@code String.format} and case conversion are checked by Error Prone: DefaultLocale and StringCaseLocaleUsage (pom.xml). */
    @Test
    void nothingIsFormattedOrParsedByTheDefaultLocale() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.text.Format.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(java.util.Scanner.class)
                .orShould()
                .callMethod(DateTimeFormatter.class, "ofPattern", String.class)
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(DescribedPredicate.describe(
                        "a format of the locale",
                        target -> target.getName().startsWith("ofLocalized")
                                && target.getOwner().isEquivalentTo(DateTimeFormatter.class))))
                .check(program);
    }

    /**
     * Vert.x' HTTP/2 response takes its own lock and then the connection's to return whether it is closed; a writing thread
     * holds the connection's lock and takes the response's. A call from another thread, for instance an event loop, can
     * deadlock. {@code http.ResponseEnd} has the state instead, and is the only one that registers end handlers. The members of a
     * cluster speak HTTP/1.1 with each other.
     */
    @Test
    void responseEndIsObservedInOnePlaceOnly() {
        Set<String> forbidden = Set.of("closed", "closeHandler", "endHandler", "bodyEndHandler");
        noClasses()
                .that()
                .resideOutsideOfPackage(inPackage("cluster"))
                .should()
                .callMethodWhere(JavaCall.Predicates.target(DescribedPredicate.describe(
                        "the state or a hook of a response",
                        target -> forbidden.contains(target.getName())
                                && target.getOwner().getName().equals("io.vertx.core.http.HttpServerResponse"))))
                .check(program);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields()
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .orShould()
                .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
                .allowEmptyShould(true)
                .check(program);
    }

    /**
     * Events and schedules have no identity: with identities configured, a secured class refuses them. A resource is
     * secured without an annotation too ({@code quarkus.security.jaxrs.deny-unannotated-endpoints}).
     */
    @Test
    void noSecuredClassObservesEventsOrIsScheduled() {
        List<String> found = program.stream()
                .filter(ArchitectureTest::isSecured)
                .flatMap(type -> type.getMethods().stream())
                .filter(ArchitectureTest::isCalledWithoutIdentity)
                .map(JavaMethod::getFullName)
                .toList();
        assertThat(found).isEmpty();
    }

    private static boolean isSecured(JavaClass type) {
        return type.isMetaAnnotatedWith("jakarta.ws.rs.Path")
                || isSecured((CanBeAnnotated) type)
                || type.getMethods().stream().anyMatch(method -> isSecured((CanBeAnnotated) method))
                || type.getAllRawSuperclasses().stream().anyMatch(ArchitectureTest::isSecured);
    }

    private static boolean isSecured(CanBeAnnotated element) {
        return Stream.of(
                        "jakarta.annotation.security.RolesAllowed",
                        "jakarta.annotation.security.PermitAll",
                        "jakarta.annotation.security.DenyAll",
                        "io.quarkus.security.Authenticated",
                        "io.quarkus.security.PermissionsAllowed",
                        "io.quarkus.vertx.http.security.AuthorizationPolicy")
                .anyMatch(element::isMetaAnnotatedWith);
    }

    private static boolean isCalledWithoutIdentity(JavaMethod method) {
        return method.isAnnotatedWith("io.quarkus.scheduler.Scheduled")
                || method.isAnnotatedWith("io.quarkus.scheduler.Scheduled$Schedules")
                || method.getParameters().stream()
                        .anyMatch(parameter -> parameter.isAnnotatedWith("jakarta.enterprise.event.Observes")
                                || parameter.isAnnotatedWith("jakarta.enterprise.event.ObservesAsync"));
    }

    /**
     * Durations and idle times use the monotonic clock, since a wall clock can jump. These classes need the time of day: what is
     * displayed or published, and what expires at a date.
     */
    @Test
    void theTimeOfDayIsReadOnlyWhereItIsNeeded() {
        Set<String> readers = program.stream()
                .filter(type -> type.getAccessesFromSelf().stream().anyMatch(ArchitectureTest::isTimeOfDay))
                .map(type -> type.getName().replaceFirst("io\\.xg2g\\.", "").replaceFirst("\\$.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(readers)
                .isEqualTo(new TreeSet<>(Set.of(
                        "schedule.SystemTime",
                        // times of messages, measurements, jobs and channels
                        "bus.Message",
                        "queue.QueueClock",
                        "gpu.GpuCollector",
                        "gpu.NvmlSelfTest",
                        "delivery.LiveResource",
                        // headers and the log
                        "http.DateHeader",
                        "security.TokenRefusalLog",
                        // what expires at a date
                        "security.ApiTokens",
                        "security.ListTokenResource",
                        "security.ListTokens",
                        "security.PlaybackTime")));
    }

    private static boolean isTimeOfDay(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        return (owner.equals("java.time.Instant") && name.equals("now"))
                || (owner.equals("java.lang.System") && name.equals("currentTimeMillis"))
                || (owner.equals("java.time.Clock") && name.startsWith("system"))
                || (owner.equals("java.time.InstantSource") && name.equals("system"))
                || (owner.startsWith("java.time.") && owner.endsWith("DateTime") && name.equals("now"));
    }

    /** {@code @Scheduled} pauses after the wall clock was set back; {@code GpuCollector} does what it misses. */
    @Test
    void periodicTasksUseTheMonotonicClock() {
        assertThat(program.stream()
                        .filter(type -> type.getMethods().stream()
                                .anyMatch(method -> method.isAnnotatedWith("io.quarkus.scheduler.Scheduled")))
                        .map(JavaClass::getSimpleName))
                .containsExactly("GpuCollector");
    }

    @Test
    void typesHaveNoGenericNames() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils|Util|Impl)")
                .allowEmptyShould(true)
                .check(program);
    }

    @TestFactory
    Stream<DynamicTest> everyPackageHasADescriptionAndIsNullMarked() {
        return filesIn(MAIN)
                .filter(file -> file.toString().endsWith(".java"))
                .map(Path::getParent)
                .distinct()
                .map(directory -> DynamicTest.dynamicTest(String.valueOf(directory.getFileName()), () -> {
                    Path info = directory.resolve("package-info.java");
                    assertThat(info).exists();
                    assertThat(Files.readString(info))
                            .as("%s begins with one sentence and is @NullMarked", info)
                            .startsWith("/** ")
                            .contains("\n@NullMarked\n");
                }));
    }

    @Test
    void filesStayShort() {
        List<String> tooLong = Stream.concat(filesIn(MAIN), filesIn(TEST))
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> lines(file) > MAX_LINES)
                .map(file -> file + " has " + lines(file) + " lines; the limit is " + MAX_LINES)
                .toList();
        assertThat(tooLong).isEmpty();
    }

    private static String inPackage(String name) {
        return "io.xg2g." + name + "..";
    }

    private static Stream<Path> filesIn(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
