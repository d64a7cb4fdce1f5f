package backup

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostileMembers: a member that the format does not have is refused wherever it stands, and nothing is
// written outside the folder; the archive agrees with itself otherwise.
func TestHostileMembers(t *testing.T) {
	s := newShop(t)
	raw, err := os.ReadFile(s.backup(t))
	check(t, err)
	long := strings.Repeat("a", maxName)
	object := "vault/objects/00/" + strings.Repeat("0", 64) + ".age"
	for what, evil := range map[string][]byte{
		"above":            member("../evil", 'x'),
		"rooted":           member("/tmp/evil", 'x'),
		"hidden climb":     member("vault/objects/../../evil", 'x'),
		"another folder":   member("vault/objects/01/"+strings.Repeat("0", 64)+".age", 'x'),
		"upper case":       member(strings.ToUpper(object), 'x'),
		"backslash":        member(`vault\objects\evil`, 'x'),
		"a long name":      member(long, 'x'),
		"a second store":   member("workspace.db", 'x'),
		"a lock":           member("workspace.lock", 'x'),
		"keys once more":   member("vault/keys/ring.age", 'x'),
		"an empty name":    member("", 'x'),
		"a link":           typed(object, '1'),
		"a symbolic link":  typed(object, '2'),
		"a device":         typed(object, '3'),
		"a folder":         typed(object, '5'),
		"an extension":     typed(object, 'x'),
		"others may read":  moded(object, "0000644"),
		"an unlisted file": member(object, 'x'),
	} {
		for _, before := range []string{"checkpoint", "workspace.db.age", "manifest"} {
			at := bytes.Index(raw, append([]byte(before), 0))
			bad := append(bytes.Clone(raw[:at]), evil...)
			bad = append(bad, raw[at:]...)
			root := t.TempDir()
			path := filepath.Join(root, "b")
			check(t, os.WriteFile(path, bad, 0o600))
			_, err := s.rooms.Restore(t.Context(), path, filepath.Join(root, "new"), s.key, nil)
			wantCode(t, what+" before "+before, err, CodeDamaged)
			if there, _ := os.ReadDir(root); len(there) != 1 {
				t.Errorf("%s: left %v", what, there)
			}
		}
	}
}

// member is a member of one byte.
func member(name string, b byte) []byte {
	h := header(name, 1)
	return append(h[:], append([]byte{b}, make([]byte, block-1)...)...)
}

// typed is a member of another type with a checksum that is right.
func typed(name string, kind byte) []byte { return altered(name, func(h []byte) { h[156] = kind }) }

func moded(name, mode string) []byte { return altered(name, func(h []byte) { copy(h[100:], mode) }) }

func altered(name string, change func([]byte)) []byte {
	m := member(name, 'x')
	h := m[:block]
	change(h)
	copy(h[157:], "/etc/passwd")
	copy(h[148:], "        ")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return m
}

// FuzzScan: whatever a file holds, scan answers, and takes only what the format determines.
func FuzzScan(f *testing.F) {
	f.Add([]byte("tillproof-backup"))
	h := header(headName, 20)
	f.Add(append(h[:], make([]byte, 3*block)...))
	noise := make([]byte, 4*block)
	_, _ = rand.Read(noise)
	f.Add(append(h[:], noise...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := scan(t.Context(), bytes.NewReader(raw), ignoreMember)
		if (m == nil) == (err == nil) {
			t.Fatalf("%v %v", m, err)
		}
	})
}
