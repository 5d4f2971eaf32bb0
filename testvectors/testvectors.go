// Package testvectors carries the test vectors of PROTOCOL.md, for whoever
// writes a verifier, a client or a server in any language. README.md explains
// every file and field.
//
// They are data: JSON files, and one whole record as a directory. The only code
// is [Records], which builds the records of records.json and negatives.json,
// and shows how few lines that takes. Nothing here verifies anything; package
// gen regenerates the files and holds the Go verifier to them, verifier-js the
// JavaScript one.
package testvectors

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

// Files holds the JSON files, and the directory record.
//
//go:embed *.json record
var Files embed.FS

// Read decodes a JSON file into v.
func Read(files fs.FS, name string, v any) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("testvectors: %s: %w", name, err)
	}
	return nil
}
