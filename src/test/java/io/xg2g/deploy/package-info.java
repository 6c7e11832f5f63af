/** Tests of deployment and monitoring: chart, manifests, compose files, alerts. */
@NullMarked
package io.xg2g.deploy;

import org.jspecify.annotations.NullMarked;
