package vault

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// benchSize is the bytes of a benchmark: promises speak of 1 GB.
const benchSize = 128 << 20

func benchVault(b *testing.B) (*Vault, []byte) {
	b.Helper()
	v, _, err := Create(must(NewFolder(b.TempDir())), "ws_1", must(Passphrase(oldPass)), quick)
	if err != nil {
		b.Fatal(err)
	}
	raw := make([]byte, benchSize)
	rng := rand.NewChaCha8([32]byte{})
	_, _ = rng.Read(raw)
	return v, raw
}

func BenchmarkVerify(b *testing.B) {
	v, raw := benchVault(b)
	const each = 8 << 20
	for at := 0; at < len(raw); at += each {
		if _, err := v.Put(b.Context(), bytes.NewReader(raw[at:at+each]), 0); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for b.Loop() {
		if seen, err := v.Verify(b.Context(), Checks{}); err != nil || seen.Objects != benchSize/each {
			b.Fatal(err, seen)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	v, raw := benchVault(b)
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for i := byte(1); b.Loop(); i++ {
		raw[0] = i
		if k, err := v.Put(b.Context(), bytes.NewReader(raw), 0); err != nil || k.Existed && i > 1 {
			b.Fatal(err)
		}
	}
}
