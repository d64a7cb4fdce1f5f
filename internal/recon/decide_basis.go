package recon

import (
	"fmt"
	"slices"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/detect"
	"github.com/tillproof/tillproof/internal/recon/match"
)

// engineVersion names the steps and the rules by which a run is made.
func engineVersion() string {
	return fmt.Sprintf("match %d, rules %d", match.Version, detect.Default().Version)
}

// sourceKey is what of a file decides what a run reads in it: its bytes, and how they were to be read. The
// name does not count.
func sourceKey(src *tillproof.Source, f *File) string {
	return fmt.Sprintf("%s %s %q %q %q %d", src.Digest, src.Side, src.Format, src.Dialect, f.Dates, f.Year)
}

// setBasis writes down what the run is made from. Sources count in the order of their contents.
func setBasis(run *tillproof.Run, keys []string, b tillproof.Basis) {
	b.Engine = engineVersion()
	keys = slices.Clone(keys)
	slices.Sort(keys)
	b.ID = tillproof.RunIDOf(b, keys)
	run.Basis = b
}
