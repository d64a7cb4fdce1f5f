package locale

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed catalog/*.json
var files embed.FS

// catalogues holds the texts of each language. A file that is no JSON object is left out, so that a program
// never stops over a text: its codes are then shown in brackets, and the tests of this package name the file.
var catalogues = sync.OnceValue(func() map[Lang]map[string]string {
	all := map[Lang]map[string]string{}
	for _, lang := range Langs {
		all[lang] = load(files, lang)
	}
	return all
})

func load(from fs.FS, lang Lang) map[string]string {
	texts := map[string]string{}
	names, _ := fs.Glob(from, "catalog/*."+string(lang)+".json")
	for _, name := range names {
		one := map[string]string{}
		raw, err := fs.ReadFile(from, name)
		if err != nil || json.Unmarshal(raw, &one) != nil {
			continue
		}
		for code, text := range one {
			texts[code] = text
		}
	}
	return texts
}

// Has reports whether the catalogue of the language holds the code.
func Has(lang Lang, code string) bool {
	_, ok := catalogues()[lang][code]
	return ok
}

// Codes lists the codes of the language that start with the prefix, sorted.
func Codes(lang Lang, prefix string) []string {
	var codes []string
	for code := range catalogues()[lang] {
		if strings.HasPrefix(code, prefix) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}
