package learn

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"github.com/tillproof/tillproof"
)

// small is a calibrated model of few trees, with its rows.
func small(t testing.TB) (*Model, Dataset) {
	d := invented(2000, 6)
	p := DefaultParams()
	p.Trees, p.Depth, p.Seed = 7, 3, 1<<63+5
	m := train(t, d, p)
	var held []Judged
	for i, row := range d.Rows {
		held = append(held, Judged{m.Score(row), 1, d.Fraud[i]})
	}
	return m.Calibrated(held), d
}

func TestModelComesBack(t *testing.T) {
	m, d := small(t)
	back, err := Decode(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(back.Encode(), m.Encode()) {
		t.Error("other bytes")
	}
	a, b := make([]int32, 6), make([]int32, 6)
	for _, row := range d.Rows {
		x, y := m.Score(row), back.Score(row)
		if x != y || m.Chance(x) != back.Chance(y) {
			t.Fatalf("margin %d came back as %d", x, y)
		}
		if m.Share(row, a) != back.Share(row, b) || !slices.Equal(a, b) {
			t.Fatalf("shares %v came back as %v", a, b)
		}
	}
	all, frauds := back.Rows()
	if back.Digest() != m.Digest() || back.Params() != m.Params() || all != 2000 || frauds == 0 ||
		!slices.Equal(back.Names(), d.Names) || !slices.Equal(back.Gains(), m.Gains()) {
		t.Error("what is said about the training did not come back")
	}
}

func codeOf(err error) string {
	var coded *tillproof.Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return ""
}

// Each byte counts: cut or changed anywhere, the file is refused.
func TestDamagedModelIsRefused(t *testing.T) {
	m, _ := small(t)
	good := m.Encode()
	for n := range good {
		if _, err := Decode(good[:n]); codeOf(err) != codeFile {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
		bad := bytes.Clone(good)
		bad[n] ^= 4
		want := codeFile
		if n == len(mark) || n == len(mark)+1 {
			want = codeVersion
		}
		if _, err := Decode(bad); codeOf(err) != want {
			t.Fatalf("byte %d changed: %v", n, err)
		}
	}
}

// sealed puts the right digest behind a body, as one would who forges a model.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

// What a forger may write is either a model that can be asked, or refused; it never stops the program.
func FuzzDecode(f *testing.F) {
	m, _ := small(f)
	good := m.Encode()
	body := good[:len(good)-sha256.Size]
	f.Add(body)
	f.Add(append(bytes.Clone(body), 0))
	f.Add([]byte(mark + form))
	for at := len(mark + form); at < 140; at += 3 { // params, names, start
		forged := bytes.Clone(body)
		forged[at] ^= 0x81
		f.Add(forged)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := Decode(sealed(body))
		if err != nil {
			if codeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		row := make([]int32, len(m.Names()))
		for i := range row {
			row[i] = int32(i*i) * 7919
		}
		parts := make([]int32, len(row))
		sum := m.Share(row, parts)
		for _, v := range parts {
			sum += v
		}
		if margin := m.Score(row); sum != margin {
			t.Fatalf("shares add up to %d, margin %d", sum, margin)
		}
		if c := m.Chance(sum); c < 0 || c > billion {
			t.Fatalf("chance %d", c)
		}
	})
}
