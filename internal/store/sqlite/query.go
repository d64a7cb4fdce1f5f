package sqlite

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
)

//go:embed query/*.sql
var queryFiles embed.FS

// queries are the statements of query/*.sql by name.
var queries = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	names := must(fs.Glob(queryFiles, "query/*.sql"))
	for _, name := range names {
		text := string(must(queryFiles.ReadFile(name)))
		for _, part := range strings.Split(text, "-- name: ")[1:] {
			title, statement, _ := strings.Cut(part, "\n")
			if all[title] != "" {
				panic("invariant: two statements are named " + title)
			}
			all[title] = withoutComments(statement)
		}
	}
	return all
})

// withoutComments leaves out the lines of comment, which belong to the statement that follows.
func withoutComments(statement string) string {
	var lines []string
	for line := range strings.SplitSeq(statement, "\n") {
		if !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// query is the text of a statement.
func query(name string) string {
	text, ok := queries()[name]
	if !ok {
		panic("invariant: no statement is named " + name)
	}
	return text
}

// must is the value of what cannot fail: reading files that are part of the program.
func must[T any](v T, err error) T {
	if err != nil {
		panic("invariant: the program's own files are readable: " + err.Error())
	}
	return v
}
