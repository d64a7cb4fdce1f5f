package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// policyName is the policy's file in the directories that demo and synth write.
const policyName = "policy.yaml"

// made is one file of the demo.
type made struct {
	name    string
	content []byte
}

func (d *door) demoCommand() *cobra.Command {
	var out outputFlags
	var dir string
	cmd := d.command("demo", "[FLAGS]",
		"demo", "demo --waterfalls", "demo --lang zh --dir DIR --html demo.html")
	cmd.Args = noArgs
	cmd.Flags().StringVar(&dir, "dir", "", d.flagText("dir"))
	d.outputFlags(cmd.Flags(), &out)
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		out.demo = true
		return d.demo(c.Context(), dir, out)
	}
	return cmd
}

// demo ends with 0 whatever it finds: it was asked to find something.
func (d *door) demo(ctx context.Context, dir string, out outputFlags) error {
	files, policy, err := demoFiles()
	if err != nil {
		return err
	}
	var own []string
	for _, f := range append(files[:len(files):len(files)], made{name: policyName}) {
		if dir != "" {
			own = append(own, filepath.Join(dir, f.name))
		}
	}
	if err := out.sane(&inputs{}, own...); err != nil {
		return err
	}
	if dir != "" {
		if err := d.writeDemo(ctx, dir, files, policy); err != nil {
			return err
		}
	}
	var open []*input
	for _, f := range files {
		open = append(open, &input{
			name: f.name, at: cancelled{ctx, bytes.NewReader(f.content)}, size: int64(len(f.content)),
		})
	}
	run, err := d.reconcile(ctx, open, policy)
	if err != nil {
		return err
	}
	return d.show(ctx, run, out)
}

// writeDemo writes the files and the policy into a directory. What is there already and differs is somebody
// else's and stays.
func (d *door) writeDemo(ctx context.Context, dir string, files []made, policy tillproof.Policy) error {
	var text bytes.Buffer
	if err := d.writePolicy(&text, policy); err != nil {
		return err
	}
	all := append(files[:len(files):len(files)], made{policyName, text.Bytes()})
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return cannotWrite(dir, err)
	}
	for _, f := range all {
		if path := filepath.Join(dir, f.name); occupied(path, f.content) {
			return alreadyThere("cmd.output.exists", path)
		}
	}
	for _, f := range all {
		err := d.writeFile(ctx, filepath.Join(dir, f.name), func(w io.Writer) error {
			_, err := w.Write(f.content)
			return err
		})
		if err != nil {
			return err
		}
	}
	d.tryThem(dir, files)
	return nil
}

// tryThem says where the files are and what to do with them.
func (d *door) tryThem(dir string, files []made) {
	d.note("cmd.note.written", tillproof.Params{"file": mask(dir)})
	call := []string{"tillproof", "check"}
	for _, f := range files {
		call = append(call, mask(filepath.Join(dir, f.name)))
	}
	call = append(call, "--policy", mask(filepath.Join(dir, policyName)))
	d.note("cmd.note.try", tillproof.Params{"call": strings.Join(call, " ")})
}

// dirMode is for directories of invented data.
const dirMode = 0o755

// occupied reports whether a file is there that holds something else.
func occupied(path string, content []byte) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if info.Size() != int64(len(content)) || !info.Mode().IsRegular() {
		return true
	}
	old, err := os.ReadFile(path)
	return err != nil || !bytes.Equal(old, content)
}

func alreadyThere(code, path string) error {
	return &tillproof.Error{
		Op: "write", Kind: tillproof.KindConflict, Code: code,
		Place: tillproof.Place{File: mask(path)},
	}
}
