package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Report is the result of all checks.
type Report struct {
	OK      bool    `json:"ok"` // no check failed
	Version string  `json:"version"`
	Checks  []Check `json:"checks"`
}

// Failures returns the number of checks that failed.
func (r *Report) Failures() (count int) {
	for _, c := range r.Checks {
		if c.Status == Failed {
			count++
		}
	}
	return count
}

// Print writes the report for people, each subject with its checks.
func (r *Report) Print(w io.Writer) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n", r.Version)
	subject := ""
	for _, c := range r.Checks {
		if c.Subject != subject {
			subject = c.Subject
			fmt.Fprintf(&text, "\n%s\n", subject)
		}
		fmt.Fprintf(&text, "  %-8s %-14s %s\n", c.Status, c.Name, c.Text)
		if c.Fix != "" {
			fmt.Fprintf(&text, "  %-8s %-14s → %s\n", "", "", c.Fix)
		}
	}
	_, err := text.WriteTo(w)
	return err
}

// PrintJSON writes the report as JSON.
func (r *Report) PrintJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
