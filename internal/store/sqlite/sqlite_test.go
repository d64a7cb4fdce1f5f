package sqlite

import (
	"testing"

	"github.com/tillproof/tillproof/internal/workspace"
)

// The store is what the workspace asks for.
var (
	_ workspace.Settings   = (*Store)(nil)
	_ workspace.Imports    = (*Store)(nil)
	_ workspace.Rulings    = (*Store)(nil)
	_ workspace.Runs       = (*Store)(nil)
	_ workspace.Exceptions = (*Store)(nil)
	_ workspace.Objects    = (*Store)(nil)
	_ workspace.Log        = (*Store)(nil)
	_ workspace.Proofs     = (*Store)(nil)
)

func TestEngine(t *testing.T) {
	if err := checkEngine(3_051_002); err == nil {
		t.Error("3.51.2 is taken, which may lose a commit")
	}
	if err := checkEngine(3_051_003); err != nil {
		t.Error(err)
	}
}
