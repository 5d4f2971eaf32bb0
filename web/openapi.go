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

// openapiJSON is the frame of the document, which is OpenAPI 3.1.
type openapiJSON struct {
	OpenAPI    string         `json:"openapi"`
	Info       map[string]any `json:"info"`
	Paths      map[string]any `json:"paths"`
	Components map[string]any `json:"components"`
}

// getOpenAPI serves GET /openapi.json.
func (s *Server) getOpenAPI(w http.ResponseWriter, _ *http.Request, _ Person) error {
	return writeBytes(w, "application/json; charset=utf-8", openapi)
}
