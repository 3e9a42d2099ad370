package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"gitcode.com/gitcode-mcp/gitcode-mcp/doctor"
	"gitcode.com/gitcode-mcp/gitcode-mcp/install"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/server"
)

func doctorCommand(s *settings) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the settings, tokens and connections",
		Long: `Check the settings, and for every configured forge whether it can be reached,
through which proxy, who signed its certificate, whether the clock is right,
whose token is used and what the token lacks. Also find the MCP clients that
are configured to use this server.

Every check that fails says what to do. The exit status is then 1. Tokens are
never printed.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			report := doctor.Report{Version: fmt.Sprintf("%s %s, %s, %s/%s", server.Name, version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)}
			forges := s.examineForges(cmd.Context())
			report.Checks = slices.Concat(forges, s.examineSettings(forges), examineClients())
			report.OK = report.Failures() == 0
			print := report.Print
			if asJSON {
				print = report.PrintJSON
			}
			if err := print(os.Stdout); err != nil {
				return err
			}
			if !report.OK {
				return fmt.Errorf("checks that failed: %d", report.Failures())
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "Print the checks as JSON.")
	return cmd
}

// examineForges checks the configured forges, all at the same time.
func (s *settings) examineForges(ctx context.Context) []doctor.Check {
	configured := s.configuredForges()
	transport, err := s.transport()
	sandboxURL := ""
	if err == nil && s.sandbox {
		sandboxURL, err = s.startSandbox(configured)
	}
	if err != nil {
		return nil // examineSettings reports it
	}
	checks := make([][]doctor.Check, len(configured))
	var group sync.WaitGroup
	for i, f := range configured {
		subject, err := s.subject(f, transport, sandboxURL)
		if err != nil {
			fix := fmt.Sprintf("Correct or unset %s. The default is %s.", s.origin(f.flags+"api-url"), f.baseURL)
			checks[i] = []doctor.Check{{Subject: f.name, Name: "address", Status: doctor.Failed, Text: err.Error(), Fix: fix}}
			continue
		}
		group.Go(func() { checks[i] = doctor.Examine(ctx, subject) })
	}
	group.Wait()
	return slices.Concat(checks...)
}

// subject returns a forge to examine. Its client sends every request once.
func (s *settings) subject(f *forge, transport http.RoundTripper, sandboxURL string) (*doctor.Forge, error) {
	if err := s.checkURL(f); err != nil && !s.sandbox {
		return nil, err
	}
	cfg, _ := s.clientConfig(f, transport, sandboxURL) // examineSettings reports its error
	cfg.MaxWait, cfg.Rates = -1, rest.Unlimited
	subject := &doctor.Forge{
		Name: f.name, URLSetting: s.origin(f.flags + "api-url"), TokenSource: s.tokenSource(f), ReadOnly: s.readOnly,
		SetToken: fmt.Sprintf("Put a valid token into %sTOKEN, or into a file that %[1]sTOKEN_FILE names. %s", f.variables, f.createToken),
	}
	cfg.Token, subject.TokenError = s.token(f)
	var err error
	subject.Client, err = f.client(cfg)
	return subject, err
}

// examineSettings checks whether a server would start, unless the checks of the
// forges say already that it would not.
func (s *settings) examineSettings(forges []doctor.Check) []doctor.Check {
	v, cfg, err := s.configure(false, nil)
	offered := 0
	for _, t := range cfg.Tools {
		if cfg.Selection.Offers(t) {
			offered++
		}
	}
	if err == nil && offered == 0 {
		err = errors.New(s.noTool())
	}
	check := doctor.Check{Subject: "Settings", Name: "settings", Status: doctor.OK, Text: fmt.Sprintf("%d of %d tools are offered", offered, len(v.tools))}
	if err != nil {
		if slices.ContainsFunc(forges, func(c doctor.Check) bool { return c.Status == doctor.Failed && strings.HasSuffix(err.Error(), c.Text) }) {
			return nil
		}
		check.Status, check.Text, check.Fix = doctor.Failed, err.Error(), "Correct the setting. Until then the server does not start, or offers nothing."
	}
	return []doctor.Check{check}
}

// examineClients finds the clients that are configured to use this server.
func examineClients() []doctor.Check {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "." // then only the project can configure a client
	}
	return doctor.ExamineClients(install.PlacesOf(home, os.Getenv), ".")
}
