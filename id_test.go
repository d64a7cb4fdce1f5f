package tillproof_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tillproof/tillproof"
)

// The golden ids were computed without this package: the SHA-256 of the parts, each after its length in
// four bytes, cut to 16 bytes and written in base 32 with the alphabet of Crockford in small letters. For
// the first record:
//
//	printf '\0\0\0\1\1\0\0\0\10line one\0\0\0\4\0\0\0\0' | sha256sum    # 3cf3ca475e57689a208b8826ad8fe7c3…
func TestIDsAreTheWrittenOnes(t *testing.T) {
	first := tillproof.RecordIDOf(tillproof.Terminal, []byte("line one"), 0)
	again := tillproof.RecordIDOf(tillproof.Terminal, []byte("line one"), 1)
	other := tillproof.RecordIDOf(tillproof.Acquirer, []byte("line one"), 0)
	pair := []tillproof.RecordID{first, again}
	for got, want := range map[string]string{
		first.String(): "rec_7kswmhtyaxm9m84bh0kav3z7rc",
		again.String(): "rec_r457t0j50ycy2gq355jnp95fd4",
		other.String(): "rec_wm749bxeqfdw0gbejtn4334c7m",
		tillproof.BreakIDOf(tillproof.NotSettled, pair).String(): "brk_1wn6bphc07x64tqtffds804a70",
		tillproof.FindingIDOf("out_of_hours", pair).String():     "fnd_jrxt203pns9znehq5g9cqem29c",
		tillproof.FindingIDOf("out_of_hours", []tillproof.RecordID{again, first}).String()://
		"fnd_f27rh2v3sydw1nh5esbf8aby90",
	} {
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

func TestParseRecordID(t *testing.T) {
	want := tillproof.RecordIDOf(tillproof.Bank, []byte("x"), 7)
	if got, err := tillproof.ParseRecordID(want.String()); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	if text, err := want.MarshalText(); err != nil || string(text) != want.String() {
		t.Errorf("%s, %v", text, err)
	}
	good := want.String()
	for _, bad := range []string{
		"", "rec_", good[:len(good)-1], good + "0", "brk_" + good[4:], good[4:], strings.ToUpper(good),
		"rec_7kswmhtyaxm9m84bh0kav3z7rd", // the last letter has two bits that no id has
		"rec_7kswmhtyaxm9m84bh0kav3z7ru", // no u in the alphabet
	} {
		if got, err := tillproof.ParseRecordID(bad); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
	if (tillproof.RecordID{}).String() != "" {
		t.Error("the id of nothing has a text")
	}
}

// The parts are told apart by their lengths: moving a byte from one to the other makes another id.
func TestIDsTellPartsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "line")
		ordinal := rapid.Uint32().Draw(t, "ordinal")
		id := tillproof.RecordIDOf(tillproof.Terminal, line, ordinal)
		if id != tillproof.RecordIDOf(tillproof.Terminal, line, ordinal) {
			t.Fatal("the same line, another id")
		}
		for _, other := range []tillproof.RecordID{
			tillproof.RecordIDOf(tillproof.Bank, line, ordinal),
			tillproof.RecordIDOf(tillproof.Terminal, line, ordinal+1),
			tillproof.RecordIDOf(tillproof.Terminal, line[1:], ordinal),
			tillproof.RecordIDOf(tillproof.Terminal, append(line, 0), ordinal),
		} {
			if other == id {
				t.Fatal("another line, the same id")
			}
		}
		if back, err := tillproof.ParseRecordID(id.String()); err != nil || back != id {
			t.Fatalf("%s read again is %s, %v", id, back, err)
		}
	})
}

func TestDigest(t *testing.T) {
	// The SHA-256 of "abc" is the first example of FIPS 180-4.
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	d := tillproof.DigestOf([]byte("abc"))
	if d.String() != abc {
		t.Errorf("%s", d)
	}
	var back tillproof.Digest
	if err := back.UnmarshalText([]byte(abc)); err != nil || back != d {
		t.Errorf("%s, %v", back, err)
	}
	for _, bad := range []string{"", abc[:62], abc + "00", "x" + abc[1:]} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
