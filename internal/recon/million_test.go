package recon_test

import (
	"os"
	"testing"

	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth"
)

// TestMillion judges a chain's month of more than a million sales: the set that the benchmark times. It takes
// most of a minute and three gigabytes, so it runs where TILLPROOF_MILLION is set; `make million` does.
func TestMillion(t *testing.T) {
	if os.Getenv("TILLPROOF_MILLION") == "" {
		t.Log("not judged here: set TILLPROOF_MILLION, or run make million")
		return
	}
	cal, ok := pack.Calendar("CN")
	if !ok {
		t.Fatal("no calendar CN")
	}
	judge(t, synth.Options{Seed: 1, Merchants: 320, Days: 30, Calendar: cal})
}
