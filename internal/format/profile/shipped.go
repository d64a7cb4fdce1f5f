package profile

import "slices"

// Shipped is the file of a layout that the program ships, as it is written; false for a name of none.
func Shipped(name string) ([]byte, bool) {
	if !slices.Contains(Builtin().Names(), name) {
		return nil, false
	}
	raw, err := data.ReadFile("data/" + name + ".yaml")
	return raw, err == nil
}
