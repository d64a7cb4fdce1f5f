package main

import "github.com/spf13/cobra"

func (d *door) keyCommand() *cobra.Command { return d.group("key") }
