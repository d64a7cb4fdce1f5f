package tillproof

import (
	"fmt"
	"strconv"
	"strings"
)

// nameOf is the name of an enumeration's value. A value that the table does not know is shown as a number in
// brackets: whoever reports it must not stop over it.
func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "(" + strconv.Itoa(i) + ")"
}

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

// named reads what nameOf wrote, "" being the first name.
func named(names []string, b []byte) (int, error) {
	for i, n := range names {
		if n == string(b) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is not one of %s", b, strings.Join(names, ", "))
}
