package form

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// A form is kept for years: the file is made as PDF/A-2u (ISO 19005-2) asks.
// All fonts are embedded, all text can be copied out, its metadata stand in
// XMP, and what its black is a profile says.

// metadata adds the title, without any time.
func (p *pdf) metadata(title string) int {
	var escaped strings.Builder
	xml.EscapeText(&escaped, []byte(title)) // a strings.Builder takes everything
	return p.stream("/Type /Metadata /Subtype /XML", []byte(`<?xpacket begin="`+"\ufeff"+`" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">`+escaped.String()+`</rdf:li></rdf:Alt></dc:title>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`))
}

// archival adds the output intent, a profile of greys.
func (p *pdf) archival() string {
	profile := p.stream("/N 1", greyProfile())
	return fmt.Sprintf("/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (Grey gamma 2.2) /Info (Grey gamma 2.2) /DestOutputProfile %s>>]",
		reference(profile))
}

// greyProfile is an ICC profile (ICC.1:2001-04) of a grey display, gamma 2.2.
func greyProfile() []byte {
	ascii := func(s string) []byte { return append([]byte(s), 0) }
	description := append([]byte("desc\x00\x00\x00\x00"), put32(nil, len("Grey gamma 2.2")+1)...)
	description = append(description, ascii("Grey gamma 2.2")...)
	description = append(description, make([]byte, 8+3+67)...)
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", description},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), ascii("No copyright")...)},
		{"wtpt", append([]byte("XYZ \x00\x00\x00\x00"), d50()...)},
		{"kTRC", []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33")},
	}
	table := put32(nil, len(tags))
	var data []byte
	from := 128 + 4 + 12*len(tags)
	for _, t := range tags {
		table = put32(put32(append(table, t.name...), from+len(data)), len(t.data))
		data = append(data, t.data...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	head := put32(nil, from+len(data))
	head = append(head, "\x00\x00\x00\x00\x02\x10\x00\x00mntrGRAYXYZ "...)
	head = append(head, "\x07\xe8\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00acsp"...) // a fixed date
	head = append(head, make([]byte, 28)...)
	head = append(head, d50()...)
	head = append(head, make([]byte, 128-len(head))...)
	return append(append(head, table...), data...)
}

// d50 is the white that profiles refer to.
func d50() []byte { return put32(put32(put32(nil, 0xf6d6), 0x10000), 0xd32d) }
