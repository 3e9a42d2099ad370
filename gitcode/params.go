package gitcode

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// Params structs hold the arguments of an operation in the caller's words.
// Their JSON names are the documented parameters. Where GitCode expects another
// spelling of a value, the value's type writes it in MarshalJSON.

// RepoRef identifies a repository.
type RepoRef struct {
	Owner string `json:"owner" jsonschema:"minLength=1" jsonschema_description:"User or organization"`
	Repo  string `json:"repo" jsonschema:"minLength=1" jsonschema_description:"Path without owner"`
}

// Target returns owner/repo.
func (r RepoRef) Target() string { return r.Owner + "/" + r.Repo }

// IssueRef identifies an issue of a repository.
type IssueRef struct {
	RepoRef
	Number int `json:"number" jsonschema:"minimum=1" jsonschema_description:"Issue number"`
}

// Target returns owner/repo#number.
func (r IssueRef) Target() string { return fmt.Sprintf("%s#%d", r.RepoRef.Target(), r.Number) }

// CommentRef identifies a comment on an issue of a repository.
type CommentRef struct {
	RepoRef
	ID int64 `json:"id" jsonschema:"minimum=1" jsonschema_description:"Comment id"`
}

// Target returns "owner/repo comment id".
func (r CommentRef) Target() string { return fmt.Sprintf("%s comment %d", r.RepoRef.Target(), r.ID) }

// EnterpriseRef identifies an enterprise.
type EnterpriseRef struct {
	Enterprise string `json:"enterprise" jsonschema:"minLength=1" jsonschema_description:"Enterprise path"`
}

// EnterpriseIssueRef identifies an issue of an enterprise by its global id.
type EnterpriseIssueRef struct {
	EnterpriseRef
	IssueID int64 `json:"issue_id" jsonschema:"minimum=1" jsonschema_description:"Global id, not the number"`
}

// Paging selects a part of a list, as rest.Paging describes. The zero value is the
// first page with 20 rows.
type Paging struct {
	Page    rest.PageNumber `json:"page,omitempty" jsonschema:"minimum=1" jsonschema_description:"Default 1, then next_page"`
	PerPage int             `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100" jsonschema_description:"Default 20"`
	Limit   int             `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"Rows to return"`
}

func (p Paging) paging() rest.Paging { return rest.Paging(p) }

// RowLimit is the number of rows to return of a list without pages; 0 means all.
type RowLimit struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=1000" jsonschema_description:"Rows, default all"`
}

// Fields selects the members of rows that a caller wants to see. GitCode always
// sends all of them.
type Fields struct {
	Fields []string `json:"fields,omitempty" jsonschema_description:"Row members to return"`
}

// RowFields returns the names of the members; none means all.
func (f Fields) RowFields() []string { return f.Fields }

// Listing holds the parameters that the lists of a user's, an organization's
// and an enterprise's issues share.
type Listing struct {
	Labels    Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Label names; all or any, undocumented"`
	Sort      Sort   `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"Default created"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"Default desc"`
	Paging
	Fields
}

// Labels are label names. GitCode expects them as one comma-separated string.
type Labels []string

// MarshalJSON returns the comma-separated string.
func (l Labels) MarshalJSON() ([]byte, error) {
	return json.Marshal(strings.Join(l, ","))
}

// Sort is created or updated. Every list but a repository's expects created_at
// and updated_at instead.
type Sort string

// MarshalJSON returns GitCode's word.
func (s Sort) MarshalJSON() ([]byte, error) {
	return json.Marshal(string(s) + "_at")
}

// Range is a range of whole days in GitCode's time zone, 2026-09-01..2026-09-30,
// both of which belong to it and either of which can be left out. A single date
// is a time, as in other filters. A value in another form is sent as it is, such
// as a range of times in GitCode's notation:
// "20181006T173008+80-20181007T173008+80", "-20181007T173008+80" (before) or
// "20181006T173008+80-" (after).
type Range string

// MarshalJSON returns the range in GitCode's notation. Its +80 means +08:00.
func (r Range) MarshalJSON() ([]byte, error) {
	from, to, ok := strings.Cut(string(r), "..")
	if !ok {
		if _, err := time.Parse(time.DateOnly, from); err == nil {
			from += "T00:00:00+08:00"
		}
		return json.Marshal(from)
	}
	if from != "" {
		from = strings.ReplaceAll(from, "-", "") + "T000000+80"
	}
	if to != "" {
		to = strings.ReplaceAll(to, "-", "") + "T235959+80"
	}
	return json.Marshal(from + "-" + to)
}

// StateChange is the state that an update sets, open or closed. Updates, and
// nothing else, expect reopen and close instead.
type StateChange string

// MarshalJSON returns GitCode's word.
func (s StateChange) MarshalJSON() ([]byte, error) {
	switch s {
	case "open":
		s = "reopen"
	case "closed":
		s = "close"
	}
	return json.Marshal(string(s))
}

// MilestoneNumber is the number of a milestone. 0 clears the milestone.
type MilestoneNumber int

// MarshalJSON returns the number, and "" for 0. That "" clears a milestone is
// common practice of GitCode's clients and not documented.
func (m MilestoneNumber) MarshalJSON() ([]byte, error) {
	if m == 0 {
		return []byte(`""`), nil
	}
	return strconv.AppendInt(nil, int64(m), 10), nil
}

// Flag is a boolean that GitCode documents as a string.
type Flag bool

// MarshalJSON returns "true" or "false", in quotes.
func (f Flag) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatBool(bool(f)))
}
