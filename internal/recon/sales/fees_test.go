package sales

import (
	"testing"

	"github.com/tillproof/tillproof/internal/recon/book"
)

func TestImpliedRate(t *testing.T) {
	for _, c := range []struct {
		charged, gross int64
		want           string
	}{
		{200, 25000, "8000"},
		{1, 3, "333333"},
		{2, 3, "666667"},
		{-60, -10000, "6000"},
		{5, 0, book.Dash},
		{-5, 100, book.Dash},
		{1 << 60, 1, book.Dash},
	} {
		if got := impliedRate(c.charged, c.gross); got != c.want {
			t.Errorf("%d/%d = %s, not %s", c.charged, c.gross, got, c.want)
		}
	}
}
