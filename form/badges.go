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
	PIN    string // what [CheckPIN] takes, or empty: the badge has none
}

var badgeColumns = []column{
	{id: "number", required: true, digits: true, padded: true, number: plainNumber},
	{id: "key", required: true},
	{id: "pin"},
}

// ReadBadges reads the table of badge keys. Each number and each key stands
// once: a key that stood twice would vote for two. If there is a column for
// PINs, each badge has one: nobody takes it from a single badge by clearing a
// cell. The error is [RowErrors].
func ReadBadges(data []byte) ([]Badge, error) {
	numbers, keys := make(map[string]int), make(map[string]int)
	return readTable(data, badgeColumns, maxRows, func(r *record) Badge {
		b := Badge{Number: r.digits("number", maxNumber)}
		r.require("number")
		r.require("key")
		r.unique("number", sameAs(b.Number), numbers)
		if text := identifier(r.raw("key")); text != "" {
			key, err := hex.DecodeString(text)
			if err != nil || group.CheckPublicKey(key) != nil {
				r.fail("key", "row.key")
				return b
			}
			b.Key = [32]byte(key)
			r.unique("key", string(key), keys)
		}
		b.PIN = r.pin("pin")
		return b
	})
}

func (r *record) pin(id string) string {
	if _, ok := r.sheet.at[id]; !ok {
		return ""
	}
	r.require(id)
	check := r.raw(id)
	if check == "" {
		return ""
	}
	if _, _, ok := parsePIN(check); !ok {
		r.fail(id, "row.pin")
		return ""
	}
	return check
}

// WriteBadges writes the table that [ReadBadges] reads, with a column for PINs
// if there are any.
func WriteBadges(l lang.Lang, badges []Badge) []byte {
	rows := make([][]string, len(badges))
	columns := badgeColumns[:2]
	for i, b := range badges {
		rows[i] = []string{b.Number, hex.EncodeToString(b.Key[:]), b.PIN}
		if b.PIN != "" {
			columns = badgeColumns
		}
	}
	for i := range rows {
		rows[i] = rows[i][:len(columns)]
	}
	return writeTable(l, columns, rows)
}
