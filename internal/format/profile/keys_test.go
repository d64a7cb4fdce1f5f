package profile

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// keysOf are the keys of a layout's file, with those of its parts.
func keysOf(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		keysOf(t.Elem(), into)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if key != "" {
				into[key] = true
			}
			keysOf(f.Type, into)
		}
	}
}

// TestEachKeyIsDocumented compares docs/profiles.md with the keys and the fields of a layout, both ways.
func TestEachKeyIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	keys, fields, ok := strings.Cut(string(page), "\n## Fields\n")
	if !ok {
		t.Fatal("no section Fields")
	}
	want := map[string]bool{}
	keysOf(reflect.TypeFor[profileYAML](), want)
	compare(t, "key", want, regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(keys, -1))
	want = map[string]bool{}
	for _, f := range Fields() {
		want[f.String()] = true
	}
	var rows strings.Builder
	for row := range strings.Lines(fields) {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		rows.WriteString(first)
	}
	compare(t, "field", want, regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(rows.String(), -1))
}

func compare(t *testing.T, what string, want map[string]bool, got [][]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range got {
		if seen[m[1]] {
			t.Errorf("docs/profiles.md has two rows for %s %s", what, m[1])
		}
		if seen[m[1]] = true; !want[m[1]] {
			t.Errorf("docs/profiles.md tells of %s %s, which there is none of", what, m[1])
		}
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("docs/profiles.md has no row for %s %s", what, name)
		}
	}
}
