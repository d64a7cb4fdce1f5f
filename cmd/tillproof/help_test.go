package main

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEachValueHasAName: a flag that takes a value shows on its help page what a person puts there.
func TestEachValueHasAName(t *testing.T) {
	d, _ := doorFor("")
	seen := 0
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		look := func(f *pflag.Flag) {
			seen++
			takes, name := f.Value.Type() != "bool", valueName(cmd, f.Name)
			if takes != (name != "") {
				t.Errorf("%s --%s: takes a value: %v, shown: %q", cmd.CommandPath(), f.Name, takes, name)
			}
		}
		cmd.LocalNonPersistentFlags().VisitAll(look)
		cmd.PersistentFlags().VisitAll(look)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(d.root())
	if seen < 40 {
		t.Errorf("only %d flags were seen", seen)
	}
}
