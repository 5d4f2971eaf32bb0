package form

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// A pdf is a file in the making (ISO 32000-1). Nothing in it depends on
// anything but what is put in: there is no time, its id is a hash of its bytes,
// and its streams are not compressed, since a compressor may write other bytes
// in its next release and an auditor compares files.
type pdf struct {
	objects [][]byte // object n is at n−1
}

// reserve gives an object its number before what is in it is known.
func (p *pdf) reserve() int {
	p.objects = append(p.objects, nil)
	return len(p.objects)
}

func (p *pdf) set(number int, body string) { p.objects[number-1] = []byte(body) }

func (p *pdf) add(body string) int {
	n := p.reserve()
	p.set(n, body)
	return n
}

// stream adds data, with what else its dictionary says.
func (p *pdf) stream(dictionary string, data []byte) int {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s /Length %d>>\nstream\n", dictionary, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	p.objects = append(p.objects, b.Bytes())
	return len(p.objects)
}

// file writes everything, the catalog being object root.
func (p *pdf) file(root int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	places := make([]int, len(p.objects))
	for i, body := range p.objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n", i+1)
		b.Write(body)
		b.WriteString("\nendobj\n")
	}
	id := sha256.Sum256(b.Bytes())
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %s /ID [<%x> <%x>]>>\n", len(places)+1, reference(root), id[:16], id[:16])
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

func reference(object int) string { return strconv.Itoa(object) + " 0 R" }

func references(objects []int) string {
	all := make([]string, len(objects))
	for i, o := range objects {
		all[i] = reference(o)
	}
	return "[" + strings.Join(all, " ") + "]"
}

// Lengths are in thousandths of a point (1/72 inch), and whole numbers:
// fractions would be rounded in other ways on other processors.
const (
	point = 1000
	mm    = 2835 // thousandths of a point
)

// points writes a length as PDF reads it.
func points(length int) string {
	sign := ""
	if length < 0 {
		sign, length = "-", -length
	}
	text := fmt.Sprintf("%s%d.%03d", sign, length/1000, length%1000)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
