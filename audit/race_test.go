//go:build race || js

package audit

// thin: under the race detector and in js/wasm arithmetic is ten times slower,
// and more of the same finds no more.
const thin = 20
