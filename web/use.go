package web

import (
	"net/http"
	"strings"
)

// isUse reports whether a request shows that somebody is at the machine, so that
// the 30 minutes of a session begin anew: an open page asks every few seconds by
// itself, and must not keep a machine signed in that was left alone. What counts
// is what writes, and each page that is opened. Browsers say which is which
// (Sec-Fetch-Mode); one that is too old to say, or comes over plain HTTP, counts
// always, so that nobody is signed out while working.
func isUse(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return true
	}
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate" || isWallScreen(r)
}

// isWallScreen reports whether a request is that of a screen that nobody
// touches, podium or operations: it must not go dark in the middle of a vote. It
// stays until the 12 hours end, or somebody signs out there. The hall's screen
// needs no session.
func isWallScreen(r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, "/live") && !strings.HasSuffix(r.URL.Path, "/snapshot") {
		return false
	}
	view := r.URL.Query().Get("view")
	return view == viewNames[screenPodium] || view == viewNames[screenOperations]
}
