//go:build race

package audit

// thin: the race detector makes arithmetic ten times slower, and finds no more
// races in more of the same.
const thin = 20
