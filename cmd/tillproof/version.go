package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version that CHANGELOG.md describes at its top.
const release = "0.1.0"

// build is what the program can say about itself.
type build struct {
	Schema   string `json:"schema"`
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (d *door) versionCommand() *cobra.Command {
	cmd := d.command("version", "[--json]", "version", "version --json")
	cmd.Args = noArgs
	cmd.RunE = func(c *cobra.Command, _ []string) error { return d.printVersion(c.Context()) }
	return cmd
}

func (d *door) printVersion(ctx context.Context) error {
	b := thisBuild()
	return d.stdout(ctx, func(w io.Writer) error {
		if d.json {
			return json.NewEncoder(w).Encode(b)
		}
		line := "tillproof " + b.Version
		if b.Revision != "" {
			line += " " + b.Revision[:min(len(b.Revision), 12)]
		}
		_, err := fmt.Fprintln(w, line, b.Go, b.Platform)
		return err
	})
}

func thisBuild() build {
	b := build{
		Schema: "tillproof.version/1", Version: release,
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
