package main

import (
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// number waits until the numbers at an address have a line: number URL PATTERN.
func number(ts *testscript.TestScript, _ bool, args []string) {
	want := regexp.MustCompile("(?m)^" + args[1] + "$")
	var body []byte
	for range 400 {
		resp, err := http.Get(args[0])
		if err == nil {
			body, err = io.ReadAll(resp.Body)
			resp.Body.Close()
			ts.Check(err)
			if want.Match(body) {
				return
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("no line %s in:\n%s", args[1], body)
}
