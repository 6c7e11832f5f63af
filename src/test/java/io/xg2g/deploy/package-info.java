/** Tests that what installs and watches the program fits the program: chart, manifests, compose files, alerts. */
@NullMarked
package io.xg2g.deploy;

import org.jspecify.annotations.NullMarked;
