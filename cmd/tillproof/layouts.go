package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/tillproof/tillproof"
	"github.com/tillproof/tillproof/internal/format/profile"
)

// The column layouts of a call: those that the program ships, those that the user keeps in a folder, and
// those that a flag names by their file.

// layoutEnd is the ending of layout files; a --profile with it names a file.
const layoutEnd = ".yaml"

// ownLayout is a layout of the user.
type ownLayout struct {
	profile.Profile
	path string
	raw  []byte
}

// layouts are the layouts that a call knows.
type layouts struct {
	dir  string // of the user's; "" where the system names no home
	book *profile.Book
	own  []ownLayout
	bad  []error          // files of the user that hold no layout
	of   map[string]error // the same by the name that the file would give
	told bool             // the user has been told of the bad ones
}

// configDir is where the user's settings of this program are kept: XDG base directories 0.8, and the
// counterpart on Windows.
func (d *door) configDir() string {
	if dir := d.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "tillproof")
	}
	if dir := d.getenv("APPDATA"); runtime.GOOS == "windows" && filepath.IsAbs(dir) {
		return filepath.Join(dir, "tillproof")
	}
	if home := d.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "tillproof")
	}
	return ""
}

// shelf reads the user's layouts, once in a call. A file that holds none is noted and stands in nobody's way.
func (d *door) shelf() *layouts {
	if d.layouts != nil {
		return d.layouts
	}
	l := &layouts{book: profile.Builtin(), of: map[string]error{}}
	d.layouts = l
	dir := d.config
	if dir == "" {
		dir = d.configDir()
	}
	if dir == "" {
		return l
	}
	l.dir = filepath.Join(dir, "profiles")
	entries, err := os.ReadDir(l.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.bad = append(l.bad, cannotOpen(&input{name: mask(l.dir)}, err))
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), layoutEnd); ok && !strings.HasPrefix(name, ".") {
			l.take(name, filepath.Join(l.dir, e.Name()))
		}
	}
	return l
}

// take reads a file of the user's folder.
func (l *layouts) take(name, path string) {
	own, err := readLayout(path)
	if err == nil {
		err = l.add(own)
	}
	if err != nil {
		l.bad = append(l.bad, err)
		l.of[name] = err
	}
}

// add puts a layout into the book. It takes the place of a shipped one of its name; two of the user's with
// one name and different content are refused, for nobody could say which was meant.
func (l *layouts) add(own ownLayout) error {
	for _, other := range l.own {
		if other.Name == own.Name && !bytes.Equal(other.raw, own.raw) {
			return badLayout(own.path, "profile.twice", tillproof.Params{
				"name": own.Name, "other": mask(other.path),
			})
		}
	}
	l.own = append(l.own, own)
	l.book = l.book.With(own.Profile)
	return nil
}

// ownFile is the layout of a name among the user's.
func (l *layouts) ownFile(name string) (ownLayout, bool) {
	i := slices.IndexFunc(l.own, func(o ownLayout) bool { return o.Name == name })
	if i < 0 {
		return ownLayout{}, false
	}
	return l.own[i], true
}

// raw is the file of a layout, and its path where it is one of the user's.
func (l *layouts) raw(name string) (text []byte, path string, ok bool) {
	if own, found := l.ownFile(name); found {
		return own.raw, own.path, true
	}
	text, ok = profile.Shipped(name)
	return text, "", ok
}

// name is what a --profile means: the name of a layout, or of the file of one, which joins the book.
func (l *layouts) name(given string) (string, error) {
	if isLayoutFile(given) {
		own, err := readLayout(given)
		if err != nil {
			return "", err
		}
		return own.Name, l.add(own)
	}
	if _, known := l.book.Named(given); !known && l.of[given] != nil {
		return "", l.of[given]
	}
	return given, nil
}

func isLayoutFile(s string) bool {
	end := strings.ToLower(filepath.Ext(s))
	return end == layoutEnd || end == ".yml"
}

// tellBad warns of the user's files that hold no layout, once.
func (d *door) tellBad(except error) {
	l := d.shelf()
	if l.told {
		return
	}
	l.told = true
	d.warn(slices.DeleteFunc(slices.Clone(l.bad), func(e error) bool { return except != nil && e == except }))
}

// profileNames complete the name of a layout.
func (d *door) profileNames() []string {
	names := d.shelf().book.Choices()
	slices.Sort(names)
	return names
}
