package tillproof

// parseName finds a name in the table of an enumeration; it answers false for a name that is not there and
// for "".
func parseName(names []string, s string) (int, bool) {
	for i, n := range names {
		if n == s && s != "" {
			return i, true
		}
	}
	return 0, false
}
