package web

import (
	_ "embed"
	"net/http"
)

// openapi is made of the table of routes by a test, which also compares it:
//
//	go test ./web -run TestOpenAPI -update
//
//go:embed openapi.json
var openapi []byte

// getOpenAPI serves GET /openapi.json.
func (s *Server) getOpenAPI(w http.ResponseWriter, _ *http.Request, _ Person) error {
	return writeBytes(w, "application/json; charset=utf-8", openapi)
}
