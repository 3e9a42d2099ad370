package gitcode

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/readback"
)

// MilestoneChange reports a milestone after a write, and how it differs from what was
// requested. GitCode requires more of an update than what changes, so everything that
// was sent is compared.
type MilestoneChange struct {
	// Milestone is the milestone afterwards, as far as known. Its Number is 0 if
	// GitCode created the milestone without returning it.
	Milestone RepoMilestone
	readback.Result
	ReadErr error // why the milestone could not be read back, if it had to be
	// Unchanged reports that the milestone already was as requested, so that nothing
	// was sent.
	Unchanged bool
}

// HasPreview reports whether the change says more than the request of a dry run.
func (c *MilestoneChange) HasPreview() bool { return c != nil && c.Unchanged }

// milestoneFields is the body of a write. A nil description is not sent.
type milestoneFields struct {
	Title       string  `json:"title"`
	DueOn       string  `json:"due_on"`
	Description *string `json:"description,omitempty"`
	State       string  `json:"state,omitempty"` // of an update: every milestone is created open
}

// maxDescription is the maximum length of a description, in UTF-16 code units.
const maxDescription = 2000

// check rejects what GitCode would reject with less to say.
func (f *milestoneFields) check(endpoint string) error {
	if f.Description == nil {
		return nil
	}
	if n := len(utf16.Encode([]rune(*f.Description))); n > maxDescription {
		return rest.InvalidArguments(endpoint, fmt.Sprintf("description has %d characters; GitCode accepts %d (in UTF-16, so that most emoji count twice)", n, maxDescription))
	}
	return nil
}

// compare compares the fields with a milestone afterwards.
func (f *milestoneFields) compare(m *milestoneResponse) readback.Result {
	c := readback.Comparison{Members: m.members}
	c.Text("title", &f.Title, m.Title)
	c.Value("due_on", "", f.DueOn, m.Due())
	c.Text("description", f.Description, m.Description)
	if f.State != "" {
		c.Value("state", "", f.State, string(m.State))
	}
	return c.Result
}

// CreateMilestoneParams describes a new milestone.
type CreateMilestoneParams struct {
	RepoRef
	Title       string `json:"title" jsonschema:"pattern=\\S"`
	DueOn       string `json:"due_on" jsonschema:"format=date" jsonschema_description:"Date, 2026-11-30"`
	Description string `json:"description,omitempty"`
}

const createMilestoneEndpoint = "POST /repos/{owner}/{repo}/milestones"

// CreateMilestone creates a milestone, which is open. It is read back if the response
// does not show everything.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-milestones
func (c *Client) CreateMilestone(ctx context.Context, p *CreateMilestoneParams) (*MilestoneChange, error) {
	fields := &milestoneFields{Title: strings.TrimSpace(p.Title), DueOn: p.DueOn}
	if p.Description != "" {
		fields.Description = &p.Description
	}
	if err := fields.check(createMilestoneEndpoint); err != nil {
		return nil, err
	}
	defer c.forgetMilestones(p.RepoRef)
	created, err := rest.Call[milestoneResponse](ctx, c.Client, createMilestoneEndpoint, struct {
		RepoRef
		*milestoneFields
	}{p.RepoRef, fields})
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	if created.Number <= 0 {
		return &MilestoneChange{}, nil
	}
	return c.readMilestoneBack(ctx, MilestoneRef{p.RepoRef, int(created.Number)}, fields, created), nil
}

// UpdateMilestoneParams describes a change of a milestone. A nil member is left alone.
type UpdateMilestoneParams struct {
	MilestoneRef
	Title       *string `json:"title,omitempty" jsonschema:"pattern=\\S"`
	DueOn       *string `json:"due_on,omitempty" jsonschema:"format=date" jsonschema_description:"Date, 2026-11-30"`
	Description *string `json:"description,omitempty" jsonschema_description:"Empty clears"`
	State       *string `json:"state,omitempty" jsonschema:"enum=open,enum=closed"`
}

const updateMilestoneEndpoint = "PATCH /repos/{owner}/{repo}/milestones/{number}"

// UpdateMilestone changes a milestone. GitCode requires the title and the due date of
// every update, and may reset the state and the description, so UpdateMilestone reads
// the milestone first and repeats what does not change. It overwrites what somebody
// else changes meanwhile. If the milestone already is as requested, nothing is sent. It
// is read back if the response does not show everything.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-repo-milestones-number
func (c *Client) UpdateMilestone(ctx context.Context, p *UpdateMilestoneParams) (*MilestoneChange, error) {
	if p.Title == nil && p.DueOn == nil && p.Description == nil && p.State == nil {
		return nil, rest.InvalidArguments(updateMilestoneEndpoint, "nothing to change; pass title, due_on, description or state")
	}
	if err := (&milestoneFields{Description: p.Description}).check(updateMilestoneEndpoint); err != nil {
		return nil, err
	}
	before, err := c.readMilestone(ctx, p.MilestoneRef)
	if err != nil {
		return nil, err
	}
	fields, err := p.fields(&before.RepoMilestone)
	if err != nil {
		return nil, err
	}
	if same := fields.compare(before); len(same.Ignored)+len(same.Unknown) == 0 {
		return &MilestoneChange{Milestone: before.RepoMilestone, Unchanged: true}, nil
	}
	defer c.forgetMilestones(p.RepoRef)
	updated, err := rest.Call[milestoneResponse](ctx, c.Client, updateMilestoneEndpoint, struct {
		MilestoneRef
		*milestoneFields
	}{p.MilestoneRef, fields})
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	return c.readMilestoneBack(ctx, p.MilestoneRef, fields, updated), nil
}

// fields returns what an update sends: what was requested, and the rest as it is.
func (p *UpdateMilestoneParams) fields(before *RepoMilestone) (*milestoneFields, error) {
	f := &milestoneFields{Title: string(before.Title), DueOn: before.Due(), Description: p.Description}
	if before.State == "open" || before.State == "closed" {
		f.State = string(before.State)
	}
	if p.Title != nil {
		f.Title = strings.TrimSpace(*p.Title)
	}
	if p.DueOn != nil {
		f.DueOn = *p.DueOn
	}
	if p.State != nil {
		f.State = *p.State
	}
	if p.Description == nil && before.Description != "" {
		f.Description = new(string(before.Description))
	}
	switch {
	case f.Title == "":
		return nil, rest.InvalidArguments(updateMilestoneEndpoint, "GitCode does not show the milestone's title, which every update has to repeat; pass title")
	case f.DueOn == "":
		return nil, rest.InvalidArguments(updateMilestoneEndpoint, "the milestone has no due date, and GitCode requires one of every update; pass due_on")
	}
	return f, nil
}

// readMilestoneBack compares a milestone with the fields that were sent, first as the
// response to the write shows it. If that does not show everything as it should be, it
// reads the milestone.
func (c *Client) readMilestoneBack(ctx context.Context, ref MilestoneRef, fields *milestoneFields, written *milestoneResponse) *MilestoneChange {
	if written.Number != 0 && int(written.Number) != ref.Number {
		written = &milestoneResponse{} // it proves nothing
	}
	change := &MilestoneChange{Milestone: written.RepoMilestone, Result: fields.compare(written)}
	change.Milestone.Number = Int(ref.Number)
	if len(change.Ignored)+len(change.Unknown) == 0 {
		return change
	}
	read, err := c.readMilestone(ctx, ref)
	if err != nil {
		for _, d := range change.Ignored {
			change.Unknown = append(change.Unknown, d.Field)
		}
		change.Ignored, change.ReadErr = nil, err
		slices.Sort(change.Unknown)
		return change
	}
	read.Number, read.HTMLURL = Int(ref.Number), cmp.Or(read.HTMLURL, change.Milestone.HTMLURL)
	return &MilestoneChange{Milestone: read.RepoMilestone, Result: fields.compare(read)}
}

// DeleteMilestone deletes a milestone.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-milestones-number
func (c *Client) DeleteMilestone(ctx context.Context, p *MilestoneRef) error {
	defer c.forgetMilestones(p.RepoRef)
	return rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/milestones/{number}", p)
}
