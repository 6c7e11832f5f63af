# The project's front door: `make help` lists the targets.
# A JDK 25 or newer is found by scripts/with-jdk, whatever JAVA_HOME and the PATH say.

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
NIGHTLY := -Dtests.alone='nightly & alone' -Dtests.together='nightly & !alone' -Dsurefire.failIfNoSpecifiedTests=false
soak: MINUTES := 60
GRYPE := grype

# The flags of the program. The AOT cache is valid only for the module flags that it was made with.
JVM_FLAGS := --enable-native-access=ALL-UNNAMED
# The heap takes at most a quarter of the memory (JAVA_OPTS=-Xmx…), is collected while the program is idle (G1), and when it is
# full the program ends and is started again: a JVM that has failed in one thread may serve, but not do, anything.
HEAP_FLAGS := -XX:+ExitOnOutOfMemoryError -XX:MaxRAMPercentage=25 -XX:G1PeriodicGCInterval=60000
# The program starts from the cache where there is one. The JVM calls it an error that a cache does not fit; what that
# means for the start, the program itself says (AotCacheCheck).
JAVA = java $(JVM_FLAGS) $(HEAP_FLAGS) -Xlog:aot=off -Xlog:cds=off $$([ ! -s $(AOT) ] || echo -XX:AOTCache=$(APP)/app.aot)

# Programs among the tests.
COMPILE_TESTS := $(MAVEN) -q -Dspotless.check.skip test-compile dependency:build-classpath \
	-Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
RUN_TESTS = scripts/with-jdk java $(JVM_FLAGS) $(if $(BEFORE),-Dbench.before=$(BEFORE)) -cp "target/test-classes:target/classes:$$(cat target/test-classpath)"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help deps deps-run deps-deb deps-deb-check deps-bench deps-native run test quick nightly attack bench soak gpu-check check \
	drain-check fuzz faults native native-sources image scan deb deb-check release release-check chart docs format clean

help: ## list the targets
	@echo 'xg2g-gpu: make <target>'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

deps: ## install what run and test need, where it is missing (Debian, as root)
	@scripts/deps test

deps-run: # what the program needs, to be built and to run
	@scripts/deps run

deps-deb: # what the Debian package needs beyond that, to be built
	@scripts/deps deb

run: deps-run $(JAR) $(AOT) ## build where sources changed, and start the program, with its demo channel, on http://127.0.0.1:8080
	@QUARKUS_LOG_CONSOLE_JSON_ENABLED=false XG2G_LIVE_DEMO=$${XG2G_LIVE_DEMO-true} \
		exec scripts/with-jdk $(JAVA) $(JAVA_OPTS) -jar $(APP)/quarkus-run.jar

test: deps ## run all tests but those of `make nightly`; print the ten slowest classes
	@$(MAVEN) verify
	@$(NATIVE_SOURCES)
	@scripts/slowest-tests

quick: deps ## run the unit tests and one integration test of each capability
	@$(MAVEN) verify -Dtests.alone='smoke & alone' -Dtests.together='smoke & !alone'

nightly: deps ## run the tests that take too long for every change: fault matrices, floods, players' long runs
	@$(MAVEN) verify $(NIGHTLY) -Dit.test='*IT' -Dtest=DispatcherConcurrencyTest -Dlincheck.iterations=400

attack: deps ## flood the program from outside in the ways that once ended it, while somebody watches
	@$(MAVEN) -q verify -DskipUTs -Dspotless.check.skip -Dit.test=AttackIT $(NIGHTLY)

deps-bench:
	@scripts/deps bench $(BENCH)

bench: deps-bench $(JAR) $(AOT) ## run the benchmarks; BENCH=<name> runs one; BEFORE=<quarkus-app> of another version is compared (versions)
	@$(COMPILE_TESTS)
	@$(RUN_TESTS) io.xg2g.bench.Bench $(BENCH)

soak: deps $(JAR) $(AOT) ## keep one program under 1.5 times its load for MINUTES, and fail where something grows
	@$(COMPILE_TESTS)
	@$(RUN_TESTS) io.xg2g.bench.Soak $(MINUTES)

gpu-check: ## what looking at this machine's GPUs costs, and whether the figures are those of nvidia-smi
	@$(MAKE) --no-print-directory bench BENCH=gpu

check: $(JAR) $(AOT) ## say which devices and encoders work here, and what keeps the program from working
	@exec scripts/with-jdk $(JAVA) -jar $(APP)/quarkus-run.jar --check

drain-check: deps ## end the program under load, without identities, with an API token and with OIDC: no answer is cut
	@$(MAVEN) -q verify -DskipUTs -Dspotless.check.skip -Dit.test=DrainIT -Dtests.alone=alone

fuzz: deps ## feed damaged and random input for MINUTES
	@scripts/fuzz $(MINUTES)

faults: deps ## kill, fill, overload and restart the program for MINUTES
	@scripts/again $(MINUTES) - 'FaultsIT,Live*IT,LoadIT,SlowClientsIT'

deps-native:
	@scripts/deps native

native: deps-native deps ## build the native executable and test it: with GRAALVM_HOME, else in a container of docker or podman
	@if [ -x "$(GRAALVM_HOME)/bin/native-image" ]; then \
		JAVA_HOME="$(GRAALVM_HOME)" $(NATIVE); \
	else \
		$(NATIVE) -Dquarkus.native.container-build=true -Dquarkus.native.builder-image=$(BUILDER); \
	fi

native-sources: deps $(JAR) ## check that the program is fit for a native executable, without building one
	@$(NATIVE_SOURCES)

image: ## build the container images (docker with buildx): KINDS, jvm and native; PUSH=1 publishes those of this platform
	@scripts/deps image
	@scripts/build-images $(IMAGE) $(if $(PUSH),push,load) $(KINDS)

scan: ## look for known weaknesses in the images that `make image` has built (grype)
	@GRYPE=$(GRYPE) scripts/deps scan
	@while IFS= read -r image; do $(GRYPE) --fail-on high --only-fixed "$$image" || exit 1; done <target/images

deb: deps-deb $(JAR) ## build the Debian package in target; KIND=native packs what `make native` has built
	@rm -f target/xg2g-gpu_*.deb
	@scripts/with-jdk deploy/deb/build $(KIND) target

deps-deb-check:
	@scripts/deps deb-check

deb-check: deps-deb-check deb ## install, start, upgrade and remove the Debian package in a clean root (root, debootstrap); SUITE=<Debian>
	@deploy/deb/test-in-clean-root target/xg2g-gpu_*.deb $(SUITE)

release-check: ## say whether the sources can be released under TAG
	@scripts/release-check $(TAG)

release: ## publish what was built under TAG: signatures, SBOM, chart and changelog (for the release workflow)
	@scripts/release $(IMAGE) $(TAG)

chart: deps ## check the Helm chart, and pack it into target/chart
	@$(MAVEN) -q test-compile failsafe:integration-test@together failsafe:verify@together -Dspotless.check.skip -Dit.test='Chart*IT'

docs: deps ## write the generated documents anew (docs/configuration.md)
	@$(MAVEN) -q test -Dspotless.check.skip -Dtest=ConfigurationReferenceTest -Dxg2g.docs.write=true

format: deps ## format the sources
	@$(MAVEN) -q spotless:apply

clean: ## remove what was built
	@rm -rf target

$(JAR): $(SOURCES) | deps-run
	@$(MAVEN) -q package -Dmaven.test.skip -Dspotless.check.skip
	@touch $@

$(AOT): $(JAR)
	@scripts/with-jdk scripts/train-aot $(APP) $(APP)/app.aot $(JVM_FLAGS)
