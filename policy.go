package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools/policy"
)

// loadPolicy returns the rules in the policy file, or nil if there is none.
func (s *settings) loadPolicy() (*policy.Policy, error) {
	if s.policyFile != "" {
		return policy.Load(string(s.policyFile))
	}
	// A name that became empty by mistake must not allow everything.
	if _, set := os.LookupEnv(s.flags.Lookup("policy").Annotations[variableKey][0]); set || s.flags.Changed("policy") {
		return nil, fmt.Errorf("%s is empty; unset it to restrict nothing", s.origin("policy"))
	}
	return nil, nil
}

// checkPolicy rejects rules about tools that do not exist: one that should exclude a
// tool would have no effect.
func (s *settings) checkPolicy(v served) error {
	var names []string
	for _, t := range v.tools {
		names = append(names, t.Name)
	}
	for _, rules := range v.rules {
		unknown := rules.UnknownTool(names)
		isOther := slices.ContainsFunc(s.forges, func(f *forge) bool { return !f.configured() && f.offers(unknown) })
		if unknown != "" && !isOther {
			return fmt.Errorf("policy %s: tools: there is no tool %q", s.policyFile, unknown)
		}
	}
	return nil
}

// excludedBy returns why the policy excludes a tool, or "".
func (v served) excludedBy(t tools.Tool) string {
	rules := v.rules[t.Forge().Name]
	if rules == nil {
		return ""
	}
	return rules.Tool(t.Name)
}

func policyCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "policy",
		Short: "Check the policy file and print the rules that apply",
		Long: `Check the policy file (--policy or GITCODE_MCP_POLICY) and print the rules that
apply to each forge, and the tools that they exclude. The rules are enforced on
every request, whatever a model is told to do.`,
		Example: `  gitcode-mcp policy --policy policy.toml`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			restrictions, err := s.loadPolicy()
			if err != nil {
				return err
			}
			if restrictions == nil {
				_, err = fmt.Println("There is no policy, so nothing is restricted; set --policy or GITCODE_MCP_POLICY.")
				return err
			}
			v, err := s.serve(false, nil)
			if err != nil {
				return err
			}
			for _, f := range s.forges {
				title, rules := f.name, restrictions.For(f.name)
				if !f.configured() {
					title += ", which is not served; set " + f.enabledBy()
				}
				fmt.Printf("%s\n%s", title, rules)
				for _, pattern := range rules.Useless() {
					fmt.Printf("  warning: no repository that matches %q in write may be read, so it allows no write\n", pattern)
				}
				var excluded []string
				for _, t := range v.tools {
					if t.Forge().Name == f.name && rules.Tool(t.Name) != "" {
						excluded = append(excluded, t.Name)
					}
				}
				if excluded != nil {
					fmt.Printf("  %-16s %s\n", "excluded tools", strings.Join(excluded, ", "))
				}
			}
			return nil
		},
	}
}
