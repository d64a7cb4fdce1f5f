package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// tableFlags are what a call says about the tables among its files.
type tableFlags struct {
	profiles []string // NAME or FILE=NAME; a name may be a layout file
	dates    []string // ORDER or FILE=ORDER
	year     int
}

// tableFlags adds the flags about tables to a command.
func (d *door) tableFlags(cmd *cobra.Command, f *tableFlags) {
	cmd.Flags().StringArrayVar(&f.profiles, "profile", nil, d.flagText("profile"))
	cmd.Flags().StringArrayVar(&f.dates, "date-order", nil, d.flagText("date-order"))
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
	if f.year != 0 && (f.year < firstYear || f.year > lastYear) {
		return usage("cmd.usage.year", tillproof.Params{
			"value": strconv.Itoa(f.year), "first": strconv.Itoa(firstYear), "last": strconv.Itoa(lastYear),
		})
	}
	for i := range all {
		all[i].year = f.year
	}
	if err := setDates(all, f.dates); err != nil {
		return err
	}
	err := d.setProfiles(all, f.profiles)
	d.tellBad(err)
	return err
}

// setDates gives the files the order of their dates: ORDER for all of them, FILE=ORDER for one, which goes
// before it.
func setDates(all []input, orders []string) error {
	for _, o := range orders {
		order, of := addressed(all, o)
		switch {
		case !isDateOrder(order):
			return usage("cmd.usage.date_order", tillproof.Params{"value": mask(order)})
		case len(of) == 0 && len(all) > 0:
			file := strings.TrimSuffix(o, "="+order)
			return usage("cmd.usage.date_order_file", tillproof.Params{"file": mask(file)})
		}
		for _, i := range of {
			if order != o || !slices.Contains(orders, all[i].path+"="+all[i].dates) {
				all[i].dates = order
			}
		}
	}
	return nil
}

// setProfiles gives the files their column layouts: NAME for all of them, FILE=NAME for one.
func (d *door) setProfiles(all []input, profiles []string) error {
	for _, p := range profiles {
		word, of := addressed(all, p)
		name, err := d.shelf().name(word)
		if err != nil {
			return err
		}
		if len(of) == 0 && len(all) > 0 {
			file := strings.TrimSuffix(p, "="+word)
			return usage("cmd.usage.profile_file", tillproof.Params{"file": mask(file)})
		}
		for _, i := range of {
			all[i].profile = name
		}
	}
	return nil
}

// addressed is what WORD or FILE=WORD says, and the files that it says it of.
func addressed(all []input, text string) (word string, of []int) {
	at := strings.LastIndexByte(text, '=')
	for i := range all {
		if at < 0 || all[i].path == text[:at] {
			of = append(of, i)
		}
	}
	return text[at+1:], of
}
