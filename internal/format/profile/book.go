package profile

import (
	"fmt"
	"slices"
	"sync"
)

// Book is a set of layouts: the built-in ones, and those a user has added.
type Book struct{ layouts []Profile }

// Builtin is the book of the layouts that the program ships.
func Builtin() *Book { return builtin() }

var builtin = sync.OnceValue(func() *Book {
	ps, err := loadAll(data)
	if err != nil {
		panic(fmt.Sprintf("embedded profiles: %v", err)) // a broken build, caught by the first test
	}
	return &Book{ps}
})

// Parse reads one layout as its file writes it, over the words that all layouts share. Errors are
// *tillproof.Error with a code format.profile.*, the line and the key: an unknown key or field, something
// that is missing, a value that is none of the known ones, a header with two meanings, a file that is too
// large.
func Parse(raw []byte) (Profile, error) {
	shared, err := sharedWords(data)
	if err != nil {
		return Profile{}, err
	}
	if err := unbelieved(raw); err != nil {
		return Profile{}, told(raw, err)
	}
	p, err := parse(raw, shared)
	if err != nil {
		return Profile{}, told(raw, err)
	}
	return p, nil
}

// With is this book and more layouts. One that bears the name of another takes its place: the user knows the
// file better.
func (b *Book) With(more ...Profile) *Book {
	out := &Book{slices.Clone(b.layouts)}
	for _, p := range more {
		i := slices.IndexFunc(out.layouts, func(q Profile) bool { return q.Name == p.Name })
		if i < 0 {
			out.layouts = append(out.layouts, p)
		} else {
			out.layouts[i] = p
		}
	}
	return out
}

// All lists the layouts, the built-in ones in the order of their names.
func (b *Book) All() []Profile { return slices.Clone(b.layouts) }

// Names lists the names of the layouts.
func (b *Book) Names() []string {
	var out []string
	for i := range b.layouts {
		out = append(out, b.layouts[i].Name)
	}
	return out
}

// Choices are what a user may ask for: the names of the layouts, and those of their families.
func (b *Book) Choices() []string {
	out := b.Names()
	for i := range b.layouts {
		if f := b.layouts[i].Family; f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// answersTo reports a layout that a user may have asked for by a name.
func (p *Profile) answersTo(name string) bool {
	return name != "" && (p.Name == name || p.Family == name)
}

// Named finds a layout by its name.
func (b *Book) Named(name string) (*Profile, bool) {
	for i := range b.layouts {
		if b.layouts[i].Name == name {
			return &b.layouts[i], true
		}
	}
	return nil, false
}
