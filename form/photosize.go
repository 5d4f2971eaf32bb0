package form

import "image/color"

// pixelBytes bounds what a decoder takes for each pixel of a file. A picture of
// 16 bits takes four times what a usual one does, and a progressive JPEG file
// five times: its coefficients are all kept until the last scan (attack S8).
func pixelBytes(data []byte, format string, model color.Model) int {
	switch {
	case format == "jpeg":
		n := jpegPixels[model]
		if !baseline(data) {
			n += 4 * planes(model)
		}
		return max(n, 1)
	case format == "png" && model != color.RGBA64Model && model != color.NRGBA64Model && model != color.Gray16Model:
		return 6 // interlaced, the largest pass beside the picture
	case format == "png":
		return 12
	}
	return 8 // WebP without loss
}

// jpegPixels are the bytes of a pixel by what DecodeConfig says: others than
// YCbCr are made of planes, and both are in memory.
var jpegPixels = map[color.Model]int{color.GrayModel: 1, color.YCbCrModel: 3, color.RGBAModel: 7, color.CMYKModel: 8}

func planes(model color.Model) int {
	switch model {
	case color.GrayModel:
		return 1
	case color.CMYKModel:
		return 4
	}
	return 3
}

// baseline reports whether a JPEG file surely is no progressive one: its frame
// begins with SOF0 or SOF1 (ITU-T T.81, Table B.1).
func baseline(data []byte) bool {
	for rest := data; len(rest) >= 4 && rest[0] == 0xFF; {
		switch marker := rest[1]; {
		case marker == 0xFF:
			rest = rest[1:]
			continue
		case marker == 0xD8:
			rest = rest[2:]
			continue
		case marker == 0xC0 || marker == 0xC1:
			return true
		case marker < 0xC0 || marker >= 0xD0 && marker <= 0xDA || marker == 0xC2:
			return false
		}
		size := 2 + int(rest[2])<<8 + int(rest[3])
		if size < 4 || size > len(rest) {
			return false
		}
		rest = rest[size:]
	}
	return false
}
