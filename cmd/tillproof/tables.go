package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// tableFlags are what a call says about the tables among its files.
type tableFlags struct {
	profiles []string // NAME or FILE=NAME; a name may be a layout file
	dates    string
	year     int
}

// tableFlags adds the flags about tables to a command.
func (d *door) tableFlags(cmd *cobra.Command, f *tableFlags) {
	cmd.Flags().StringArrayVar(&f.profiles, "profile", nil, d.flagText("profile"))
	cmd.Flags().StringVar(&f.dates, "date-order", "", d.flagText("date-order"))
	cmd.Flags().IntVar(&f.year, "year", 0, d.flagText("year"))
	d.configFlag(cmd)
	_ = cmd.RegisterFlagCompletionFunc("date-order",
		cobra.FixedCompletions([]string{"ymd", "dmy", "mdy"}, noFiles))
	type shell = cobra.ShellCompDirective
	_ = cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, shell) {
		return d.profileNames(), cobra.ShellCompDirectiveDefault
	})
}

func (d *door) configFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.config, "config-dir", "", d.flagText("config-dir"))
}

// The years that a file can be of: card messages have the form that is read since 1987.
const (
	firstYear = 1987
	lastYear  = 2099
)

// setTables gives the files their layouts, the order of their dates and their year, and warns of layouts of
// the user that cannot be read.
func (d *door) setTables(all []input, f *tableFlags) error {
	if f.dates != "" && !isDateOrder(f.dates) {
		return usage("cmd.usage.date_order", tillproof.Params{"value": mask(f.dates)})
	}
	if f.year != 0 && (f.year < firstYear || f.year > lastYear) {
		return usage("cmd.usage.year", tillproof.Params{
			"value": strconv.Itoa(f.year), "first": strconv.Itoa(firstYear), "last": strconv.Itoa(lastYear),
		})
	}
	for i := range all {
		all[i].dates, all[i].year = f.dates, f.year
	}
	err := d.setProfiles(all, f.profiles)
	d.tellBad(err)
	return err
}

// setProfiles gives the files their column layouts: NAME for all of them, FILE=NAME for one.
func (d *door) setProfiles(all []input, profiles []string) error {
	for _, p := range profiles {
		at := strings.LastIndexByte(p, '=')
		name, err := d.shelf().name(p[at+1:])
		if err != nil {
			return err
		}
		named := false
		for i := range all {
			if at < 0 || all[i].path == p[:at] {
				all[i].profile, named = name, true
			}
		}
		if !named && len(all) > 0 {
			return usage("cmd.usage.profile_file", tillproof.Params{"file": mask(p[:max(at, 0)])})
		}
	}
	return nil
}
