package vault_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tillproof/tillproof/internal/vault"
	"github.com/tillproof/tillproof/internal/vault/vaulttest"
)

func TestFolderKeepsTheRules(t *testing.T) {
	b, err := vault.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	vaulttest.Blobs(t, b)
	for _, name := range []string{"../x", "/x", "a/../x", "tmp/x", ".x", "a/.x", `a\x`, "."} {
		if _, err := b.Get(name); err == nil {
			t.Errorf("%s is opened", name)
		}
		if err := b.Remove(name); err == nil {
			t.Errorf("%s is removed", name)
		}
	}
}

func TestMemoryKeepsTheRules(t *testing.T) { vaulttest.Blobs(t, &vaulttest.Memory{}) }

// The vault works over any blobs, and what fails there is answered.
func TestVaultOverMemory(t *testing.T) {
	m := &vaulttest.Memory{}
	way, err := vault.Passphrase("a cash box of 1987")
	if err != nil {
		t.Fatal(err)
	}
	opt := vault.Options{WorkFactor: 2}
	v, _, err := vault.Create(m, "ws_1", way, opt)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := v.Put(t.Context(), strings.NewReader("rows"), 0)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	m.Fail = func(what, _ string) error {
		if what == "put" {
			return refused
		}
		return nil
	}
	if _, err := v.Put(t.Context(), strings.NewReader("more"), 0); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	name := "objects/" + kept.Digest.String()[:2] + "/" + kept.Digest.String() + ".age"
	m.Damage(name, -1)
	seen, err := v.Verify(t.Context(), vault.Checks{})
	if err != nil || len(seen.Damage) != 1 || seen.Damage[0].Code != vault.CodeTorn {
		t.Errorf("%+v %v", seen, err)
	}
}
