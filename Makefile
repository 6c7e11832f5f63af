# The project's front door: `make help` lists the targets.
# A JDK 25 or newer is found by scripts/with-jdk, whatever JAVA_HOME and the PATH say.

MAVEN := scripts/with-jdk ./mvnw -B -ntp
APP := $(CURDIR)/target/quarkus-app
JAR := target/quarkus-app/quarkus-run.jar
AOT := target/quarkus-app/app.aot
SOURCES := pom.xml $(shell find src/main -type f)

# The flags of the program. The AOT cache is valid only for the module flags that it was made with.
JVM_FLAGS := --enable-native-access=ALL-UNNAMED

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help deps run test bench gpu-check native native-sources chart docs format clean

help: ## list the targets
	@echo 'xg2g-gpu: make <target>'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

deps: ## install what run and test need, where it is missing (Debian, as root)
	@scripts/deps

run: deps $(JAR) $(AOT) ## build where sources changed, and start the program, with its demo channel, on http://127.0.0.1:8080
	@QUARKUS_LOG_CONSOLE_JSON_ENABLED=false XG2G_LIVE_DEMO=$${XG2G_LIVE_DEMO-true} scripts/with-jdk java $(JVM_FLAGS) \
		$$([ ! -s $(AOT) ] || echo -XX:AOTCache=$(APP)/app.aot) $(JAVA_OPTS) -jar $(APP)/quarkus-run.jar

test: deps native-sources ## run all tests
	@$(MAVEN) verify

bench: deps $(JAR) $(AOT) ## run the benchmarks; BENCH=<name> runs those whose name contains it
	@$(MAVEN) -q -Dspotless.check.skip test-compile dependency:build-classpath \
		-Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath
	@scripts/with-jdk java $(JVM_FLAGS) -cp "target/test-classes:target/classes:$$(cat target/test-classpath)" \
		io.xg2g.bench.Bench $(BENCH)

gpu-check: ## what looking at this machine's GPUs costs, and whether the figures are those of nvidia-smi
	@$(MAKE) --no-print-directory bench BENCH=gpu

native: deps ## build the native executable and run the integration tests against it (needs GRAALVM_HOME)
	@[ -x "$(GRAALVM_HOME)/bin/native-image" ] || { \
		echo 'GRAALVM_HOME must name a GraalVM or Mandrel for JDK 25 (with bin/native-image); it is "$(GRAALVM_HOME)".' >&2; \
		exit 1; }
	@JAVA_HOME="$(GRAALVM_HOME)" $(MAVEN) verify -DskipUTs -Dquarkus.package.jar.enabled=false -Dquarkus.native.enabled=true

native-sources: deps ## check that the program is fit for a native executable, without building one
	@$(MAVEN) -q package -Dmaven.test.skip -Dspotless.check.skip -DbuildDirectory=target/native-sources \
		-Dquarkus.package.jar.enabled=false -Dquarkus.native.enabled=true -Dquarkus.native.sources-only=true

chart: deps ## check the Helm chart, and pack it into target/chart
	@$(MAVEN) -q test -Dspotless.check.skip -Dtest='Chart*Test'

docs: deps ## write the generated documents anew (docs/configuration.md)
	@$(MAVEN) -q test -Dspotless.check.skip -Dtest=ConfigurationReferenceTest -Dxg2g.docs.write=true

format: deps ## format the sources
	@$(MAVEN) -q spotless:apply

clean: ## remove what was built
	@rm -rf target

$(JAR): $(SOURCES) | deps
	@$(MAVEN) -q package -Dmaven.test.skip -Dspotless.check.skip
	@touch $@

$(AOT): $(JAR)
	@scripts/with-jdk scripts/train-aot $(APP) $(APP)/app.aot $(JVM_FLAGS)
