# `make help` lists the targets. scripts/with-jdk finds a JDK 25 or newer, independent of JAVA_HOME and PATH.

MAVEN := scripts/with-jdk ./mvnw -B -ntp
APP := $(CURDIR)/target/quarkus-app
JAR := target/quarkus-app/quarkus-run.jar
AOT := target/quarkus-app/app.aot
SOURCES := pom.xml $(shell find src/main -type f)

AS_NATIVE := -Dquarkus.package.jar.enabled=false -Dquarkus.native.enabled=true
NATIVE := $(MAVEN) verify -DskipUTs -Dexec.skip $(AS_NATIVE)
NATIVE_SOURCES := $(MAVEN) -q quarkus:build $(AS_NATIVE) -Dquarkus.native.sources-only=true
BUILDER := quay.io/quarkus/ubi9-quarkus-mandrel-builder-image:jdk-25
IMAGE := ghcr.io/xg2g/xg2g-gpu
KIND := jvm
KINDS := jvm native
MINUTES := 10
# Runs tests. Reports of earlier runs would count as results of this one.
VERIFY := rm -rf target/surefire-reports target/failsafe-reports && $(MAVEN) verify
# Of `make cluster`.
GATEWAYS := 2
WORKERS := 3
# Least line coverage of each package in `make test`, in percent (docs/adr/0028).
COVERAGE := 90
NIGHTLY := -Dkeycloak.skip=false -Dtests.alone='nightly & alone' -Dtests.alone.forks=1 -Dcluster.rounds=50 -Dtests.together='nightly & !alone' -Dtests.together.forks=3 -Dsurefire.failIfNoSpecifiedTests=false
soak: MINUTES := 60
GRYPE := grype

# JVM flags of the service. The AOT cache is valid only for the module flags with which it was written.
JVM_FLAGS := --enable-native-access=ALL-UNNAMED
# The heap is limited to a quarter of the memory (JAVA_OPTS=-Xmx…) and collected while the service is idle (G1). When it is
# full, the process exits and is restarted: after an OutOfMemoryError in one thread the others are not reliable.
HEAP_FLAGS := -XX:+ExitOnOutOfMemoryError -XX:MaxRAMPercentage=25 -XX:G1PeriodicGCInterval=60000
# The AOT cache is used if it exists. The JVM logs a mismatch as an error; AotCacheCheck logs its consequence instead.
JAVA = java $(JVM_FLAGS) $(HEAP_FLAGS) -Xlog:aot=off -Xlog:cds=off $$([ ! -s $(AOT) ] || echo -XX:AOTCache=$(APP)/app.aot)

# Main classes in the test sources.
COMPILE_TESTS := $(MAVEN) -q -Dspotless.check.skip test-compile dependency:build-classpath \
	-Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
# Chronicle Queue, with which the benchmark "queue" compares, uses internals of the JDK.
BENCH_FLAGS := $(foreach p,java.base/jdk.internal.ref java.base/sun.nio.ch jdk.unsupported/sun.misc \
	jdk.compiler/com.sun.tools.javac.file,--add-exports=$(p)=ALL-UNNAMED) $(foreach p,java.base/java.io \
	java.base/java.lang java.base/java.lang.reflect java.base/java.nio java.base/java.util java.base/sun.nio.ch \
	jdk.compiler/com.sun.tools.javac,--add-opens=$(p)=ALL-UNNAMED)
RUN_TESTS = scripts/with-jdk java $(JVM_FLAGS) $(BENCH_FLAGS) $(if $(BEFORE),-Dbench.before=$(BEFORE)) -cp "target/test-classes:target/classes:$$(cat target/test-classpath)"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help deps deps-run deps-cluster deps-players deps-deb deps-deb-check deps-bench deps-native run cluster test quick nightly \
	attack players bench soak gpu-check check drain-check fuzz faults native native-sources image scan deb deb-check release release-check chart docs format clean

help: ## list the targets
	@echo 'xg2g-gpu: make <target>'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

deps: ## install missing dependencies of run and test (Debian, as root)
	@scripts/deps test

deps-run: # dependencies of the build and of the service
	@scripts/deps run

deps-cluster: # dependencies of a cluster on this machine
	@scripts/deps cluster

deps-players: # dependencies of the players' matrix
	@scripts/deps players

deps-deb: # dependencies of the Debian package's build
	@scripts/deps deb

run: deps-run $(JAR) $(AOT) ## build if sources changed, and start the service with its demo channel on http://127.0.0.1:8080
	@QUARKUS_LOG_CONSOLE_JSON_ENABLED=false XG2G_LIVE_DEMO=$${XG2G_LIVE_DEMO-true} \
		exec scripts/with-jdk $(JAVA) $(JAVA_OPTS) -jar $(APP)/quarkus-run.jar

cluster: deps-cluster $(JAR) $(AOT) target/artemis ## start a cluster on this machine, with a broker, Redis and a proxy; GATEWAYS=2 WORKERS=3
	@$(COMPILE_TESTS)
	@$(RUN_TESTS) io.xg2g.service.StartCluster $(GATEWAYS) $(WORKERS)

test: deps ## run all tests but those of `make nightly`; print the ten slowest classes, and check the line coverage
	@rm -rf target/jacoco.exec target/coverage
	@$(VERIFY) -Pcoverage || scripts/failed-tests
	@$(NATIVE_SOURCES)
	@scripts/slowest-tests
	@scripts/with-jdk scripts/coverage $(COVERAGE)

quick: deps ## run the unit tests and one integration test of each capability
	@$(VERIFY) -Dtests.alone='smoke & alone & !nightly' -Dtests.together='smoke & !alone & !nightly' || scripts/failed-tests

nightly: deps-players ## run the tests that take too long for every change: fault matrices, floods, players' long runs
	@$(VERIFY) $(NIGHTLY) -Dit.test='*IT' -Dtests.tries=100 -Dlincheck.iterations=400 -Dtests.jvm= || scripts/failed-tests

attack: deps ## run the denial-of-service tests against a service with viewers
	@$(MAVEN) -q verify -DskipUTs -Dspotless.check.skip -Dit.test=AttackIT $(NIGHTLY)

players: deps-players ## play every protocol with every player in every scenario, and write docs/players.md; PLAYERS=mpv,vlc SCENARIOS=start
	@$(MAVEN) -q verify -DskipUTs -Dspotless.check.skip -Dit.test=PlayersIT $(NIGHTLY) -Dxg2g.docs.write=true \
		$(if $(PLAYERS),-Dplayers=$(PLAYERS)) $(if $(SCENARIOS),-Dscenarios=$(SCENARIOS))

deps-bench:
	@scripts/deps bench $(BENCH)

bench: deps-bench $(JAR) $(AOT) target/artemis ## run the benchmarks; BENCH=<name> runs one; BEFORE=<quarkus-app> compares another version (versions)
	@$(COMPILE_TESTS)
	@$(RUN_TESTS) io.xg2g.bench.Bench $(BENCH)

soak: deps $(JAR) $(AOT) ## run a soak test at 1.5 times the capacity for MINUTES; fails if its use of resources grows
	@$(COMPILE_TESTS)
	@$(RUN_TESTS) io.xg2g.bench.Soak $(MINUTES)

gpu-check: ## measure the cost of GPU sampling here, and compare the values with nvidia-smi
	@$(MAKE) --no-print-directory bench BENCH=gpu

check: $(JAR) $(AOT) ## print the devices and encoders that work here, and the reasons why the service would not start
	@exec scripts/with-jdk $(JAVA) -jar $(APP)/quarkus-run.jar --check

drain-check: deps ## stop the service under load, without authentication, with API tokens and with OIDC: no response is truncated
	@$(MAVEN) -q verify -DskipUTs -Dspotless.check.skip -Dit.test=DrainIT -Dtests.alone=alone -Dkeycloak.skip=false

fuzz: deps ## run the fuzz tests for MINUTES
	@scripts/fuzz $(MINUTES)

faults: deps ## run the fault injection tests for MINUTES
	@scripts/again $(MINUTES) - 'FaultsIT,Live*IT,LoadIT,SlowClientsIT'

deps-native:
	@scripts/deps native

native: deps-native deps ## build and test the native executable: with GRAALVM_HOME, otherwise in a container of docker or podman
	@if [ -x "$(GRAALVM_HOME)/bin/native-image" ]; then \
		JAVA_HOME="$(GRAALVM_HOME)" $(NATIVE); \
	else \
		$(NATIVE) -Dquarkus.native.container-build=true -Dquarkus.native.builder-image=$(BUILDER); \
	fi

native-sources: deps $(JAR) ## run the native build up to native-image, without building the executable
	@$(NATIVE_SOURCES)

image: ## build the container images (docker with buildx): KINDS, jvm and native; PUSH=1 pushes those of this platform
	@scripts/deps image
	@scripts/build-images $(IMAGE) $(if $(PUSH),push,load) $(KINDS)

scan: ## scan the images of `make image` for known vulnerabilities (grype)
	@GRYPE=$(GRYPE) scripts/deps scan
	@while IFS= read -r image; do $(GRYPE) --fail-on high --only-fixed "$$image" || exit 1; done <target/images

deb: deps-deb $(JAR) ## build the Debian package in target; KIND=native packages the executable of `make native`
	@rm -f target/xg2g-gpu_*.deb
	@scripts/with-jdk deploy/deb/build $(KIND) target

deps-deb-check:
	@scripts/deps deb-check

deb-check: deps-deb-check deb ## install, start, upgrade and remove the Debian package in a clean root (root, debootstrap); SUITE=<Debian>
	@deploy/deb/test-in-clean-root target/xg2g-gpu_*.deb $(SUITE)

release-check: ## check whether the sources can be released as TAG
	@scripts/release-check $(TAG)

release: ## publish the release TAG: signatures, SBOM, chart and changelog (for the release workflow)
	@scripts/release $(IMAGE) $(TAG)

chart: deps ## test the Helm chart, and package it in target/chart
	@$(MAVEN) -q test-compile failsafe:integration-test@together failsafe:verify@together -Dspotless.check.skip -Dit.test='*Chart*IT'

docs: deps ## regenerate docs/configuration.md and the README of the chart
	@$(MAVEN) -q test -Dspotless.check.skip -Dtest=ConfigurationReferenceTest,ChartReadmeTest -Dxg2g.docs.write=true

format: deps ## format the sources
	@$(MAVEN) -q spotless:apply

clean: ## remove build results
	@rm -rf target

$(JAR): $(SOURCES) | deps-run
	@echo 'Building the program: a minute or two, more at the first time, when libraries are downloaded.'
	@$(MAVEN) -q package -Dmaven.test.skip -Dspotless.check.skip
	@touch $@

target/artemis: src/test/artemis/pom.xml
	@$(MAVEN) -q exec:exec@artemis
	@touch $@

$(AOT): $(JAR)
	@echo 'Starting the program once, to write the cache from which it starts faster.'
	@scripts/with-jdk scripts/train-aot $(APP) $(APP)/app.aot $(JVM_FLAGS)
