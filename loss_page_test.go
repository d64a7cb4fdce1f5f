package tillproof

import (
	"os"
	"regexp"
	"testing"
)

// lossPageRow is a row of the table of breaks in docs/loss.md: kind, missing, too much, part.
var lossPageRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| ([a-z_]+) \\| ([a-z_]+) \\| (principal|fees) \\|")

// TestLossPage holds docs/loss.md and the table in the code to each other.
func TestLossPage(t *testing.T) {
	page, err := os.ReadFile("docs/loss.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[BreakKind]lossRow{}
	for _, m := range lossPageRow.FindAllStringSubmatch(string(page), -1) {
		kind := BreakKind(m[1])
		if _, twice := written[kind]; twice {
			t.Errorf("docs/loss.md has two rows for %s", kind)
		}
		written[kind] = lossRow{Bucket(m[2]), Bucket(m[3]), LossPart(m[4])}
	}
	for kind, row := range lossTable {
		if got, ok := written[kind]; !ok || got != row {
			t.Errorf("docs/loss.md says %+v of %s, the code %+v", got, kind, row)
		}
	}
	for kind := range written {
		if _, ok := lossTable[kind]; !ok {
			t.Errorf("docs/loss.md has a row for %s, the code has none", kind)
		}
	}
	if len(lossTable) != len(BreakKinds) {
		t.Errorf("%d rows for %d kinds of breaks", len(lossTable), len(BreakKinds))
	}
}
