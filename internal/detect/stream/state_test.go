package stream

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/tillproof/tillproof"
)

// someState is the state of a small, full memory.
func someState(t testing.TB) []byte {
	m := NewMemory(tiny)
	for i := range 50 {
		m.Add(m.Look(&Txn{
			Ref: int64(i), At: tillproof.LocalTime(i * 3000), Timed: true, Card: Key(i%9 + 1),
			Terminal: Key(i%4 + 1), Merchant: Key(i%3 + 1), Kind: tillproof.Sale, Amount: int64(i + 1),
			RRN: Key(i + 100), STAN: int32(i),
		}))
	}
	return saved(t, m)
}

func codeOf(err error) string {
	var e *tillproof.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Whatever byte of a state is changed, cut off or added, Restore says that it is broken.
func TestBrokenStates(t *testing.T) {
	state := someState(t)
	if _, err := Restore(bytes.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	for i := range state {
		bad := bytes.Clone(state)
		bad[i] ^= 0x41
		want := codeBroken
		if i >= 4 && i < 8 {
			want = codeVersion
		}
		if _, err := Restore(bytes.NewReader(bad)); codeOf(err) != want {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for n := range state {
		if _, err := Restore(bytes.NewReader(state[:n])); codeOf(err) != codeBroken {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	if _, err := Restore(bytes.NewReader(append(state, 0))); codeOf(err) != codeBroken {
		t.Fatalf("a byte more: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestSaveWithoutRoom(t *testing.T) {
	if err := NewMemory(tiny).Save(full{}); codeOf(err) != codeWrite {
		t.Errorf("error %v", err)
	}
}

// FuzzRestore gives Restore states whose digest is right and whose content need not be: what it takes can be
// used and saved again.
func FuzzRestore(f *testing.F) {
	state := someState(f)
	f.Add(state[:len(state)-sha256.Size])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		m, err := Restore(bytes.NewReader(append(bytes.Clone(body), sum[:]...)))
		if err != nil {
			if codeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		x := Txn{
			At: 5, Timed: true, Kind: tillproof.Void, Card: 1, Terminal: 2, Merchant: 3, Original: 100,
			STAN: 1,
		}
		for range 3 {
			m.Add(m.Look(&x))
		}
		if _, err := Restore(bytes.NewReader(saved(t, m))); err != nil {
			t.Fatalf("what was restored cannot be saved: %v", err)
		}
	})
}
