package group

import (
	"math/big"
	"slices"
	"testing"

	"filippo.io/edwards25519/field"
)

func fieldFromDecimal(t *testing.T, s string) *field.Element {
	t.Helper()
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		t.Fatal("not a number")
	}
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	f, err := new(field.Element).SetBytes(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The decimals of RFC 9496, Section 4.1.
func TestConstants(t *testing.T) {
	constants := []struct {
		name string
		got  *field.Element
		want string
	}{
		{"D", curveD, "37095705934669439343138083508754565189542113879843219016388785533085940283555"},
		{"SQRT_M1", sqrtMinusOne, "19681161376707505956807079304988542015446066515923890162744021073123829784752"},
		{"SQRT_AD_MINUS_ONE", sqrtADMinusOne, "25063068953384623474111414158702152701244531502492656460079210482610430750235"},
		{"INVSQRT_A_MINUS_D", invSqrtAMinusD, "54469307008909316920995813868745141605393597292927456921205312896311721017578"},
		{"ONE_MINUS_D_SQ", oneMinusDSq, "1159843021668779879193775521855586647937357759715417654439879720876111806838"},
		{"D_MINUS_ONE_SQ", dMinusOneSq, "40440834346308536858101042469323190826248399146238708352240133220865137265952"},
	}
	for _, c := range constants {
		if c.got.Equal(fieldFromDecimal(t, c.want)) != 1 {
			t.Errorf("%s = %x, want %s", c.name, c.got.Bytes(), c.want)
		}
	}
}

// A square has an inverse root, i times a square and zero have none (RFC 9496,
// Section 4.2).
func TestInverseSqrt(t *testing.T) {
	for i := range uint32(100) {
		x := new(field.Element).Mult32(one, i+1)
		square := new(field.Element).Square(x)
		var r, check field.Element
		if inverseSqrt(&r, square) != 1 {
			t.Errorf("%d²: no inverse root", i+1)
		}
		check.Square(&r)
		if check.Multiply(&check, square).Equal(one) != 1 {
			t.Errorf("%d²: not its inverse root", i+1)
		}
		square.Multiply(square, sqrtMinusOne)
		if inverseSqrt(&r, square) != 0 {
			t.Errorf("i·%d²: has an inverse root", i+1)
		}
	}
	var r field.Element
	if inverseSqrt(&r, new(field.Element)) != 0 || r.Equal(new(field.Element)) != 1 {
		t.Error("zero has an inverse root")
	}
}
