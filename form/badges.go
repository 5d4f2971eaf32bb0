package form

import (
	"encoding/hex"

	"piaojue/group"
	"piaojue/lang"
)

// A Badge is the public key of a deputy's badge. Its seed is on the badge only.
type Badge struct {
	Number string // 代表证号
	Key    [32]byte
}

var badgeColumns = []column{
	{id: "number", required: true},
	{id: "key", required: true},
}

// ReadBadges reads the table of badge keys. Each number and each key stands
// once: a key that stood twice would vote for two. The error is [RowErrors].
func ReadBadges(data []byte) ([]Badge, error) {
	numbers, keys := make(map[string]int), make(map[string]int)
	return readTable(data, badgeColumns, maxRows, func(r *record) Badge {
		b := Badge{Number: r.identifier("number", maxNumber)}
		r.require("number")
		r.require("key")
		r.unique("number", b.Number, numbers)
		if text := identifier(r.raw("key")); text != "" {
			key, err := hex.DecodeString(text)
			if err != nil || group.CheckPublicKey(key) != nil {
				r.fail("key", "row.key")
				return b
			}
			b.Key = [32]byte(key)
			r.unique("key", string(key), keys)
		}
		return b
	})
}

// WriteBadges writes the table that [ReadBadges] reads.
func WriteBadges(l lang.Lang, badges []Badge) []byte {
	rows := make([][]string, len(badges))
	for i, b := range badges {
		rows[i] = []string{b.Number, hex.EncodeToString(b.Key[:])}
	}
	return writeTable(l, badgeColumns, rows)
}
