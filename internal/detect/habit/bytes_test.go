package habit

import (
	"testing"
	"unsafe"
)

// A key takes its state, itself, two links of the order of use and at most four cells of the index.
func TestBytesOfAKey(t *testing.T) {
	type shop = place
	const cells = 8 + 8 + 4*4
	for name, c := range map[string]struct{ state, stated uintptr }{
		"card": {unsafe.Sizeof(card{}), CardBytes}, "terminal": {unsafe.Sizeof(terminal{}), TerminalBytes},
		"merchant": {unsafe.Sizeof(shop{}), PlaceBytes},
	} {
		if n := c.state + cells; n > c.stated || n+40 < c.stated {
			t.Errorf("a %s takes %d bytes, stated are %d", name, n, c.stated)
		}
	}
}
