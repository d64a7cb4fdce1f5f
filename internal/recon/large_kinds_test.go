package recon

import (
	"bytes"
	"testing"

	"github.com/tillproof/tillproof/internal/pack"
	"github.com/tillproof/tillproof/internal/synth/kinds"
)

// TestKindsInPasses: each set of the labelled benchmark leaves in passes the lists that a run leaves which
// holds it; cmd/tillproof holds that run to the key. Under the customs of the US each terminal's batch is a
// deposit of its own, which no sum of a day shows.
func TestKindsInPasses(t *testing.T) {
	shops, customs, _ := kinds.Names()
	for _, shop := range shops {
		for _, custom := range customs {
			opt := kinds.Options{
				Kind: shop, Custom: custom, Noise: "default", Seed: 1, Months: 1, Calendar: pack.Calendar,
			}
			t.Run(opt.Set(), func(t *testing.T) {
				t.Parallel()
				set, err := kinds.Make(opt)
				if err != nil {
					t.Fatal(err)
				}
				bothWays(t, kindFiles(set), Options{Policy: set.Policy})
			})
		}
	}
}

// kindFiles are the files of a set.
func kindFiles(set *kinds.Set) func() []File {
	return func() []File {
		var out []File
		for _, f := range set.Files {
			out = append(out, File{Name: f.Name, At: bytes.NewReader(f.Content), Size: int64(len(f.Content))})
		}
		return out
	}
}
