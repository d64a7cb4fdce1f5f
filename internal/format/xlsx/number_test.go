package xlsx

import "testing"

func TestPlainNumber(t *testing.T) {
	for in, want := range map[string]string{
		"9.3000000000000007": "9.3", "4.814769E+15": "4814769000000000", "1e-3": "0.001", "-33.5": "-33.5",
		"1525": "1525", "0.30000000000000004": "0.30000000000000004",
	} {
		if got, ok := plainNumber(in); got != want || !ok {
			t.Errorf("%s: %s %v, want %s", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "NaN", "Inf", "x", "0x"} {
		if got, ok := plainNumber(in); ok {
			t.Errorf("%q was read as %s", in, got)
		}
	}
}

func TestColumn(t *testing.T) {
	for in, want := range map[string]int{"A1": 1, "Z9": 26, "AA1": 27, "AB12": 28, "XFD1": 16384, "b2": 2} {
		if got, ok := column(in); got != want || !ok {
			t.Errorf("%s: %d", in, got)
		}
	}
	if _, ok := column("12"); ok {
		t.Error("a reference without a column was taken")
	}
}
