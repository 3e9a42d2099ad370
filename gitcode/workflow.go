package gitcode

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
)

// Workflow are values that an organization of an enterprise defines. A field is left
// unchanged if its member is empty.
type Workflow struct {
	Status        string       `json:"status,omitempty" jsonschema:"pattern=\\S"`
	IssueType     string       `json:"issue_type,omitempty" jsonschema:"pattern=\\S"`
	IssueSeverity string       `json:"issue_severity,omitempty" jsonschema:"pattern=\\S" jsonschema_description:"Priority"`
	CustomFields  CustomFields `json:"custom_fields,omitempty" jsonschema_description:"NAME=VALUE, also repeated; NAME= clears"`
}

func (w *Workflow) setsWorkflow() bool {
	return w.Status != "" || w.IssueType != "" || w.IssueSeverity != "" || len(w.CustomFields) > 0
}

// resolveWorkflow rejects names that an organization does not define, and names the
// closest ones. It writes types and statuses as the organization does. What cannot be
// read, or is not defined at all, is not checked: GitCode ignores what does not exist.
func (c *Client) resolveWorkflow(ctx context.Context, owner string, w *Workflow) (failure error) {
	for _, pair := range w.CustomFields {
		if name, _, ok := strings.Cut(pair, "="); !ok || strings.TrimSpace(name) == "" {
			return &rest.Error{Class: rest.Invalid, NotSent: true, Message: fmt.Sprintf("custom_fields: %.80q is not NAME=VALUE", pair)}
		}
	}
	parts, start := c.cached(ctx, RepoRef{Owner: owner}), time.Now()
	for _, age := range []time.Duration{cacheTime, recently} {
		failure = nil
		if w.Status != "" || w.IssueType != "" {
			if types, err := parts.types.read(ctx, start.Add(-age), c.typesOf(owner), nil); err == nil && len(types.items) > 0 {
				failure = w.resolveNames(types.items, owner)
			}
		}
		if len(w.CustomFields) > 0 && failure == nil {
			if fields, err := parts.fields.read(ctx, start.Add(-age), c.fieldsOf(owner), nil); err == nil && len(fields.items) > 0 {
				failure = w.checkFields(fields.items, owner)
			}
		}
		if failure == nil {
			break
		}
	}
	return failure
}

// resolveNames resolves the type, and the status among those of the type.
func (w *Workflow) resolveNames(types []*IssueType, owner string) error {
	if err := resolveName("issue type", &w.IssueType, owner, texts(types, (*IssueType).name)); err != nil {
		return err
	}
	place, statuses := owner, []string{}
	if w.IssueType != "" {
		place = "the issue type " + closest.Quoted(w.IssueType)
	}
	for _, t := range types {
		for _, s := range t.Statuses {
			if name := string(s.Name); (w.IssueType == "" || string(t.Name) == w.IssueType) && !slices.Contains(statuses, name) {
				statuses = append(statuses, name)
			}
		}
	}
	return resolveName("status", &w.Status, place, statuses)
}

// checkFields checks the names of custom fields, and the values of those that have
// options.
func (w *Workflow) checkFields(fields []*CustomField, owner string) error {
	for _, given := range w.CustomFields.split() {
		i := slices.IndexFunc(fields, func(f *CustomField) bool { return f.Name == given.Name })
		if i < 0 {
			return unknownName("custom field", string(given.Name), owner, texts(fields, (*CustomField).name))
		}
		var options []string
		for _, o := range fields[i].Options {
			options = append(options, string(o.Value))
		}
		for _, value := range given.Values {
			if len(options) > 0 && !slices.Contains(options, string(value)) {
				return unknownName("option", string(value), "the custom field "+closest.Quoted(string(given.Name)), options)
			}
		}
	}
	return nil
}

// resolveName replaces a name by the known one that it equals, with or without regard
// to case. "" is no name.
func resolveName(kind string, name *string, place string, known []string) error {
	trimmed := strings.TrimSpace(*name)
	if trimmed == "" {
		return nil
	}
	for _, equal := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		if i := slices.IndexFunc(known, func(k string) bool { return equal(k, trimmed) }); i >= 0 {
			*name = known[i]
			return nil
		}
	}
	return unknownName(kind, trimmed, place, known)
}

func unknownName(kind, name, place string, known []string) error {
	return &rest.Error{Class: rest.Invalid, NotSent: true, Message: closest.Ended(closest.NotAmong(kind, name, place, known))}
}
