package form

import (
	"bytes"
	"encoding/binary"
)

// orientation reads how a camera was held from the EXIF of a JPEG file. It is 1,
// upright, if the file does not say so, or says it wrongly.
func orientation(data []byte) int {
	tiff := exif(data)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	return orientationTag(tiff, order)
}

// orientationTag searches the first directory (TIFF 6.0, Section 2).
func orientationTag(tiff []byte, order binary.ByteOrder) int {
	const entry = 12
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	count := int(order.Uint16(tiff[at:]))
	rest := tiff[at+2:]
	for range count {
		if len(rest) < entry {
			return 1
		}
		if order.Uint16(rest) == 0x0112 {
			return int(order.Uint16(rest[8:]))
		}
		rest = rest[entry:]
	}
	return 1
}

// exif returns what follows the name of the APP1 segment (JEITA CP-3451,
// Section 4.7.2), or nothing.
func exif(data []byte) []byte {
	name := []byte("Exif\x00\x00")
	for rest := data; len(rest) >= 2; {
		if rest[0] != 0xFF {
			return nil
		}
		marker := rest[1]
		if marker == 0xD8 || marker == 0xFF { // the start, and filling
			rest = rest[2-int(marker&1):]
			continue
		}
		if marker == 0xDA || len(rest) < 4 { // the picture begins
			return nil
		}
		size := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			return nil
		}
		if body, ok := bytes.CutPrefix(rest[4:size], name); marker == 0xE1 && ok {
			return body
		}
		rest = rest[size:]
	}
	return nil
}
