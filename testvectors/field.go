package testvectors

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Field returns the values that a field has, wherever in a JSON file it stands, one
// of each: the bytes where it is hexadecimal, else the text. Fuzzing begins with them.
func Field(name, field string) ([][]byte, error) {
	var file any
	if err := Read(Files, name, &file); err != nil {
		return nil, err
	}
	found := make(map[string]bool)
	collect(file, "", field, found)
	if len(found) == 0 {
		return nil, fmt.Errorf("testvectors: %s has no field %s", name, field)
	}
	var all [][]byte
	for _, text := range slices.Sorted(maps.Keys(found)) {
		if b, err := hex.DecodeString(text); err == nil {
			all = append(all, b)
		} else {
			all = append(all, []byte(text))
		}
	}
	return all, nil
}

func collect(x any, name, field string, found map[string]bool) {
	switch x := x.(type) {
	case map[string]any:
		for name, value := range x {
			collect(value, name, field, found)
		}
	case []any:
		for _, value := range x {
			collect(value, name, field, found)
		}
	case string:
		if name == field && x != "" {
			found[x] = true
		}
	}
}
