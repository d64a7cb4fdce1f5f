package profile

import "testing"

// TestShipped: each layout stands in a file of its own name, which gives the layout again.
func TestShipped(t *testing.T) {
	for _, name := range Builtin().Names() {
		raw, ok := Shipped(name)
		if !ok {
			t.Errorf("%s has no file of its name", name)
			continue
		}
		if p, err := Parse(raw); err != nil || p.Name != name {
			t.Errorf("%s gives %q, %v", name, p.Name, err)
		}
	}
	for _, name := range []string{"words", "none", "", "../profile", "a/b"} {
		if _, ok := Shipped(name); ok {
			t.Errorf("%q is shipped", name)
		}
	}
}
