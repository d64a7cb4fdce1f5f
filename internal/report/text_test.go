package report

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/locale"
)

var update = flag.Bool("update", false, "write the golden files anew; then read them")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%s", name, got)
	}
}

func TestTextGolden(t *testing.T) {
	for _, lang := range locale.Langs {
		var b bytes.Buffer
		v := fixtureView(t, fixture(t), Options{Lang: lang, Waterfalls: true, Demo: true})
		if err := v.writeText(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, "check."+string(lang)+".txt", b.Bytes())
	}
}

func TestWrapKeepsEveryCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("终端金额，。（）ab-9. /é“”")), 0, 120, -1).Draw(t, "text")
		width := rapid.IntRange(2, 40).Draw(t, "width")
		lines := wrap(s, width)
		bare := func(x string) string { return strings.ReplaceAll(x, " ", "") }
		if got := bare(strings.Join(lines, "")); got != bare(s) {
			t.Fatalf("got %q from %q", got, s)
		}
		for _, l := range lines {
			if columns(l) > width {
				t.Fatalf("%q is wider than %d", l, width)
			}
		}
	})
}

// TestVerdictOfOneSide: where nothing was compared, nothing is called right.
func TestVerdictOfOneSide(t *testing.T) {
	run := &tillproof.Run{Completeness: []tillproof.Completeness{{Side: tillproof.Terminal, Records: 3}}}
	run.Completeness[0].Counts[tillproof.Excluded] = 3
	v := newView(run, Options{Lang: locale.EN})
	if got := v.verdict()[0]; !strings.HasPrefix(got, "Nothing was compared") {
		t.Errorf("one side alone: %q", got)
	}
	run.Completeness[0].Counts = [tillproof.Exception + 1]int{tillproof.Excluded: 2, tillproof.Matched: 1}
	if got := v.verdict()[0]; got != "Nothing is wrong: every line agrees to the cent." {
		t.Errorf("one row compared: %q", got)
	}
}
