package main

import (
	"bytes"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/jpeg"
)

// The photos of the demo are drawn, and look so: nobody shall take one for a
// place that exists.

// season is what a scene shows of a project.
type season int

const (
	before  season = iota // grey, with cracks
	working               // a crane
	after                 // green, with trees
)

const sceneWidth, sceneHeight = 800, 600

var (
	skies   = [...]color.RGBA{{0xb4, 0xb8, 0xbc, 0xff}, {0xd8, 0xd2, 0xc0, 0xff}, {0xa8, 0xd0, 0xee, 0xff}}
	grounds = [...]color.RGBA{{0x8a, 0x82, 0x78, 0xff}, {0xb0, 0x92, 0x66, 0xff}, {0x7e, 0xae, 0x62, 0xff}}
	walls   = [...]color.RGBA{{0x9c, 0x96, 0x8e, 0xff}, {0xc2, 0xa8, 0x86, 0xff}, {0xf0, 0xdc, 0xb8, 0xff}}

	sceneDark  = color.RGBA{0x3c, 0x3a, 0x38, 0xff}
	sceneLight = color.RGBA{0xfa, 0xf6, 0xec, 0xff}
	sceneRed   = color.RGBA{0xa8, 0x1e, 0x22, 0xff}
	sceneCrane = color.RGBA{0xe8, 0xa0, 0x20, 0xff}
	sceneTree  = color.RGBA{0x2e, 0x78, 0x3c, 0xff}
	sceneTrunk = color.RGBA{0x6a, 0x4a, 0x2c, 0xff}
)

// scene is a picture that is being drawn.
type scene struct{ *image.RGBA }

func (s scene) box(x, y, width, height int, c color.RGBA) {
	imagedraw.Draw(s, image.Rect(x, y, x+width, y+height), image.NewUniform(c), image.Point{}, imagedraw.Src)
}

func (s scene) disc(x, y, radius int, c color.RGBA) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			if dx*dx+dy*dy <= radius*radius {
				s.SetRGBA(x+dx, y+dy, c)
			}
		}
	}
}

// drawScene draws a project's place, with its number on a board, as a JPEG.
func drawScene(number int, when season) ([]byte, error) {
	s := scene{image.NewRGBA(image.Rect(0, 0, sceneWidth, sceneHeight))}
	s.box(0, 0, sceneWidth, 400, skies[when])
	s.box(0, 400, sceneWidth, 200, grounds[when])
	for i := range 4 {
		s.house(60+180*i, 150+(number*37+i*61)%120, when)
	}
	switch when {
	case before:
		s.cracks(number)
	case working:
		s.crane(560 + number*13%120)
	case after:
		s.disc(700, 80, 44, sceneLight)
		for i := range 6 {
			s.tree(70 + 130*i)
		}
	}
	s.board(number)
	var out bytes.Buffer
	err := jpeg.Encode(&out, s, &jpeg.Options{Quality: 82})
	return out.Bytes(), err
}

func (s scene) house(x, top int, when season) {
	s.box(x, top, 130, 420-top, walls[when])
	for y := top + 20; y < 390; y += 48 {
		for i := range 3 {
			s.box(x+14+38*i, y, 24, 28, sceneDark)
		}
	}
}

func (s scene) cracks(number int) {
	for i := range 9 {
		x, y := (number*97+i*83)%700, 430+(number*31+i*17)%140
		s.box(x, y, 60+i*6, 4, sceneDark)
		s.box(x+30, y, 4, 26, sceneDark)
	}
}

func (s scene) crane(x int) {
	s.box(x, 60, 16, 380, sceneCrane)
	s.box(x-240, 60, 330, 14, sceneCrane)
	s.box(x-200, 74, 4, 120, sceneDark)
	s.box(x-218, 194, 40, 26, sceneRed)
}

func (s scene) tree(x int) {
	s.box(x-6, 430, 12, 70, sceneTrunk)
	s.disc(x, 410, 38, sceneTree)
}

// segments says which of the seven strokes a digit has: top, upper left, upper
// right, middle, lower left, lower right, bottom.
var segments = [10]string{"1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"}

// strokes are x, y, width and height of the seven.
var strokes = [7][4]int{{0, 0, 48, 9}, {0, 0, 9, 45}, {39, 0, 9, 45}, {0, 40, 48, 9}, {0, 40, 9, 49}, {39, 40, 9, 49}, {0, 80, 48, 9}}

// board draws the number.
func (s scene) board(number int) {
	s.box(30, 455, 170, 125, sceneLight)
	s.box(30, 455, 170, 6, sceneRed)
	for i, digit := range [2]int{number / 10 % 10, number % 10} {
		for k, stroke := range strokes {
			if segments[digit][k] == '1' {
				s.box(56+66*i+stroke[0], 474+stroke[1], stroke[2], stroke[3], sceneRed)
			}
		}
	}
}
