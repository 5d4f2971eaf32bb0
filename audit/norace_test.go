//go:build !race && !js

package audit

// thin is by how much tests that repeat themselves are thinned out.
const thin = 1
