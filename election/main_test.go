package election

import (
	"testing"

	"piaojue/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
