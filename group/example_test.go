package group_test

import (
	"fmt"

	"piaojue/group"
)

// The worked example of the package comment.
func ExampleTranscript() {
	t := group.NewTranscript("example")
	t.Uint("n", 3)
	t.List("points", 1)
	t.Element("point", group.Generator())
	fmt.Printf("%x\n", t.Digest())
	// Output:
	// 8bd38fa1b0f273b9f26bafaf356d37539e054f58b8ab2eb91d7772e79f1c5c9a
}

// A batch check: random weights fold many equations into one sum, which is the
// identity only if each holds.
func ExampleElement_VarTimeMultiScalarMult() {
	x := group.RandomScalar()
	y := group.NewElement().ScalarBaseMult(x)

	terms := []group.Element{*group.Generator(), *y}
	minusOne := group.NewScalar().Negate(group.NewScalar().SetUint64(1))
	sum := group.NewElement().VarTimeMultiScalarMult([]group.Scalar{*x, *minusOne}, terms)
	fmt.Println(sum.IsIdentity())
	// Output: true
}
