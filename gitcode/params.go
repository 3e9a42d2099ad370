package gitcode

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Params structs hold an operation's arguments in a caller's words. Their
// json names are the documented parameters; where the service wants another
// spelling of a value, the value's type writes it in MarshalJSON.

// RepoRef names a repository.
type RepoRef struct {
	Owner string `json:"owner" jsonschema:"minLength=1" jsonschema_description:"Person or organization"`
	Repo  string `json:"repo" jsonschema:"minLength=1" jsonschema_description:"Path, without owner"`
}

// String returns owner/repo.
func (r RepoRef) String() string { return r.Owner + "/" + r.Repo }

// IssueRef names an issue of a repository.
type IssueRef struct {
	RepoRef
	Number int `json:"number" jsonschema:"minimum=1" jsonschema_description:"Issue number"`
}

// String returns owner/repo#7.
func (r IssueRef) String() string { return fmt.Sprintf("%s#%d", r.RepoRef, r.Number) }

// CommentRef names a comment on an issue of a repository.
type CommentRef struct {
	RepoRef
	ID int64 `json:"id" jsonschema:"minimum=1" jsonschema_description:"Comment id"`
}

// String returns owner/repo comment 5.
func (r CommentRef) String() string { return fmt.Sprintf("%s comment %d", r.RepoRef, r.ID) }

// EnterpriseRef names an enterprise.
type EnterpriseRef struct {
	Enterprise string `json:"enterprise" jsonschema:"minLength=1" jsonschema_description:"Enterprise path"`
}

// EnterpriseIssueRef names an issue of an enterprise by its global id.
type EnterpriseIssueRef struct {
	EnterpriseRef
	IssueID int64 `json:"issue_id" jsonschema:"minimum=1" jsonschema_description:"The issue's global id, not its number"`
}

// Paging chooses a page of a list. The zero value is the first page in
// GitCode's default size, 20.
type Paging struct {
	Page    int `json:"page,omitempty" jsonschema:"minimum=1" jsonschema_description:"From 1"`
	PerPage int `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100" jsonschema_description:"Default 20"`
}

func (p Paging) paging() Paging { return p }

// Listing is what the lists of a user's, an organization's and an enterprise's
// issues have in common.
type Listing struct {
	Labels    Labels `json:"labels,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Labels"`
	Sort      Sort   `json:"sort,omitempty" jsonschema:"enum=created,enum=updated" jsonschema_description:"created if absent"`
	Direction string `json:"direction,omitempty" jsonschema:"enum=asc,enum=desc" jsonschema_description:"desc if absent"`
	Paging
}

// Labels are label names; GitCode takes them as one comma-separated string.
type Labels []string

// MarshalJSON writes the comma-separated string.
func (l Labels) MarshalJSON() ([]byte, error) {
	return json.Marshal(strings.Join(l, ","))
}

// Sort is created or updated, which GitCode calls created_at and updated_at
// on every list but a repository's.
type Sort string

// MarshalJSON writes GitCode's word.
func (s Sort) MarshalJSON() ([]byte, error) {
	return json.Marshal(string(s) + "_at")
}

// StateChange is the state an update asks for, open or closed, which GitCode
// calls reopen and close there and nowhere else.
type StateChange string

// MarshalJSON writes GitCode's word.
func (s StateChange) MarshalJSON() ([]byte, error) {
	switch s {
	case "open":
		s = "reopen"
	case "closed":
		s = "close"
	}
	return json.Marshal(string(s))
}

// MilestoneNumber is a milestone's number; 0 takes the milestone away.
type MilestoneNumber int

// MarshalJSON writes the number, and "" for none. That GitCode clears a
// milestone on "" is what its clients do and is not documented.
func (m MilestoneNumber) MarshalJSON() ([]byte, error) {
	if m == 0 {
		return []byte(`""`), nil
	}
	return strconv.AppendInt(nil, int64(m), 10), nil
}

// Flag is a boolean that GitCode documents as a string.
type Flag bool

// MarshalJSON writes "true" or "false".
func (f Flag) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatBool(bool(f)))
}
