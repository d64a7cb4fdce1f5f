package sqlite

import (
	"github.com/tillproof/tillproof/internal/vault/translog"
	"github.com/tillproof/tillproof/internal/workspace"
)

// The store is what the rooms ask for.
var (
	_ workspace.Settings   = (*Store)(nil)
	_ workspace.Imports    = (*Store)(nil)
	_ workspace.Rulings    = (*Store)(nil)
	_ workspace.Runs       = (*Store)(nil)
	_ workspace.Exceptions = (*Store)(nil)
	_ workspace.Objects    = (*Store)(nil)
	_ workspace.Log        = (*Store)(nil)
	_ workspace.Proofs     = (*Store)(nil)
	_ translog.Source      = (*Store)(nil)
)
