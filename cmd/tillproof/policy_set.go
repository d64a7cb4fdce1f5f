package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tillproof/tillproof"
)

// keptPolicySchema names the form of a workspace's policy for programs; additive changes only.
const keptPolicySchema = "tillproof.policy/1"

func (d *door) policyCommand() *cobra.Command {
	return d.group("policy", d.policySet(), d.policyShow())
}

func (d *door) policySet() *cobra.Command {
	cmd := d.subcommand("policy", "set", "FILE", "set policy.yaml")
	cmd.RunE = func(c *cobra.Command, args []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		text, err := d.policyText(args[0])
		if err != nil {
			return err
		}
		changed, err := s.SetPolicy(c.Context(), text)
		if err != nil {
			return err
		}
		return d.answer(c, func(w io.Writer) error {
			code := "workspace.policy.same"
			if changed {
				code = "workspace.policy.set"
			}
			_, err := io.WriteString(w, harmless(d.text(code, tillproof.Params{"file": mask(args[0])}))+"\n")
			return err
		}, func(w io.Writer) error {
			return encode(w, struct {
				Schema  string `json:"schema"`
				SHA256  string `json:"sha256"`
				Changed bool   `json:"changed"`
			}{keptPolicySchema, tillproof.DigestOf(text).String(), changed})
		})
	}
	return cmd
}

func (d *door) policyShow() *cobra.Command {
	cmd := d.subcommand("policy", "show", "", "show", "show --json")
	cmd.RunE = func(c *cobra.Command, _ []string) error {
		s, done, err := d.openWorkspace(c.Context())
		if err != nil {
			return err
		}
		defer done()
		text, err := s.PolicyText(c.Context())
		if err != nil {
			return err
		}
		return d.answer(c, func(w io.Writer) error {
			if text == nil {
				_, err := io.WriteString(w, d.text("workspace.policy.none", nil)+"\n")
				return err
			}
			return writeLayout(w, text)
		}, func(w io.Writer) error {
			shown := struct {
				Schema string `json:"schema"`
				SHA256 string `json:"sha256"`
				YAML   string `json:"yaml"`
			}{Schema: keptPolicySchema, YAML: string(text)}
			if text != nil {
				shown.SHA256 = tillproof.DigestOf(text).String()
			}
			return encode(w, shown)
		})
	}
	return cmd
}
