package gen

import (
	"encoding/binary"
	"slices"

	"piaojue/group"
)

// item is one item of a transcript.
type item struct {
	Label string `json:"label"`
	Type  int    `json:"type"`
	Data  bin    `json:"data"`
}

type transcriptVector struct {
	Name      string `json:"name"`
	Items     []item `json:"items"`
	Bytes     bin    `json:"bytes"` // what is hashed
	Sum       bin    `json:"sum"`
	Digest    bin    `json:"digest"`
	Challenge bin    `json:"challenge"`
}

func transcriptVectors() []transcriptVector {
	return []transcriptVector{
		newTranscript("empty"),
		newTranscript("example", uintItem("n", 3), listItem("points", 1), elementItem("point", group.Generator())),
		newTranscript("bytes", bytesItem("a", nil), bytesItem("b", []byte{0}), bytesItem("c", []byte("票决"))),
		newTranscript("boundaries", bytesItem("ab", []byte("c")), bytesItem("a", []byte("bc"))),
		newTranscript("numbers", uintItem("n", 0), uintItem("n", 1<<32), uintItem("n", 1<<64-1)),
		newTranscript("identity", elementItem("point", group.NewElement())),
	}
}

func newTranscript(name string, items ...item) transcriptVector {
	t := group.NewTranscript(name)
	v := transcriptVector{Name: name, Items: items, Bytes: appendItem(nil, bytesItem("piaojue-v1", []byte(name)))}
	for _, i := range items {
		i.absorb(t)
		v.Bytes = appendItem(v.Bytes, i)
	}
	sum, digest := t.Sum(), t.Digest()
	v.Sum, v.Digest, v.Challenge = sum[:], digest[:], t.Challenge().Bytes()
	return v
}

func (i item) absorb(t *group.Transcript) {
	switch i.Type {
	case 1:
		t.Bytes(i.Label, i.Data)
	case 2:
		t.Uint(i.Label, binary.BigEndian.Uint64(i.Data))
	case 3:
		t.Element(i.Label, must(group.ParseElement(i.Data)))
	case 4:
		t.List(i.Label, int(binary.BigEndian.Uint64(i.Data)))
	}
}

func appendItem(b []byte, i item) []byte {
	b = slices.Concat(b, []byte{byte(len(i.Label))}, []byte(i.Label), []byte{byte(i.Type)})
	return append(binary.BigEndian.AppendUint32(b, uint32(len(i.Data))), i.Data...)
}

func bytesItem(label string, b []byte) item { return item{label, 1, b} }

func uintItem(label string, n uint64) item {
	return item{label, 2, binary.BigEndian.AppendUint64(nil, n)}
}

func elementItem(label string, e *group.Element) item { return item{label, 3, e.Bytes()} }

func listItem(label string, n int) item {
	return item{label, 4, binary.BigEndian.AppendUint64(nil, uint64(n))}
}
