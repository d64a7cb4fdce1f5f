package main

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// largeFlags are what `check` was told about the size of its work.
type largeFlags struct {
	out, memory string
}

func (d *door) largeFlags(cmd *cobra.Command, f *largeFlags) {
	set := cmd.Flags()
	set.StringVar(&f.out, "out", "", d.flagText("out_lists"))
	least := tillproof.Params{"least": leastSize}
	set.StringVar(&f.memory, "memory", defaultMemory, d.text("cmd.flag.memory", least))
}

// leastSize is leastMemory as a person writes it.
var leastSize = strconv.Itoa(leastMemory>>20) + "MB"

// defaultMemory is what a reconciliation may take on a machine that has other work to do.
const defaultMemory = "512MB"

// sizeUnits are the units of a size, the longest first; a MB is counted as the system counts memory.
var sizeUnits = [...]struct {
	name  string
	shift uint
}{
	{"GIB", 30},
	{"MIB", 20},
	{"KIB", 10},
	{"GB", 30},
	{"MB", 20},
	{"KB", 10},
	{"G", 30},
	{"M", 20},
	{"K", 10},
	{"B", 0},
}

// parseSize reads a size as people write it: 512MB, 2g, 1 GiB, or bytes.
func parseSize(s string) (int64, bool) {
	text := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	shift := uint(0)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(text, u.name); ok {
			text, shift = rest, u.shift
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n << shift, err == nil && n > 0 && n <= (1<<50)>>shift
}

// limits are the flags in numbers.
func (f *largeFlags) limits() (limits, error) {
	memory, ok := parseSize(f.memory)
	if !ok || memory < leastMemory {
		return limits{}, usage("cmd.usage.memory", tillproof.Params{
			"value": f.memory, "least": leastSize,
		})
	}
	return limits{Memory: memory, Workers: max(runtime.GOMAXPROCS(0), 1), Out: f.out}, nil
}

// checkAll reconciles the files: within memory where they fit, else in passes; with a folder for lists, all
// that was found goes there.
func (d *door) checkAll(
	ctx context.Context, in *inputs, policy tillproof.Policy, lim limits,
) (*tillproof.Run, []error, error) {
	run, err := d.reconcileWithin(ctx, in.open, policy, lim)
	if err := errors.Join(ctx.Err(), in.unchanged()); err != nil {
		return nil, nil, err
	}
	return run, append(in.failed, flatten(err)...), nil
}
