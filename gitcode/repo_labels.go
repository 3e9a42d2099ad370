package gitcode

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/closest"
)

// RepoLabel is a label of a repository.
type RepoLabel struct {
	Label
	Description Text `json:"description"`
}

func (l *RepoLabel) name() Text { return l.Name }

// ListRepoLabels lists the labels of a repository.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/get-api-v-5-repos-owner-repo-labels
func (c *Client) ListRepoLabels(ctx context.Context, p *RepoPage) (*rest.Page[*RepoLabel], error) {
	return list[*RepoLabel](ctx, c, "GET /repos/{owner}/{repo}/labels", p)
}

// LabelColor is a color of three or six hexadecimal digits, with or without # before
// them.
type LabelColor string

// defaultLabelColor is the color that GitCode gives to labels created in passing.
const defaultLabelColor LabelColor = "#428BCA"

// MarshalJSON returns the color with the #.
func (c LabelColor) MarshalJSON() ([]byte, error) {
	return json.Marshal("#" + strings.TrimPrefix(string(c), "#"))
}

// IsShownAs reports whether a response shows the color, in either notation.
func (c LabelColor) IsShownAs(shown Text) bool {
	return strings.EqualFold(c.sixDigits(), LabelColor(shown).sixDigits())
}

func (c LabelColor) sixDigits() string {
	digits := strings.TrimPrefix(string(c), "#")
	if len(digits) != 3 {
		return digits
	}
	var doubled strings.Builder
	for _, digit := range digits {
		doubled.WriteString(strings.Repeat(string(digit), 2))
	}
	return doubled.String()
}

// RepoLabelChange reports a label of a repository after a write.
type RepoLabelChange struct {
	Label   RepoLabel // zero if the repository has no such label, or if that is unknown
	ReadErr error     // why the labels could not be read, if they had to be
}

// CreateRepoLabelParams describes a new label.
type CreateRepoLabelParams struct {
	RepoRef
	Name  string     `json:"name" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$"`
	Color LabelColor `json:"color,omitempty" jsonschema:"pattern=^#?[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?$,example=#428BCA" jsonschema_description:"Default #428BCA"`
}

// CreateRepoLabel creates a label. The labels are read back if the response does not
// show it.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/post-api-v-5-repos-owner-repo-labels
func (c *Client) CreateRepoLabel(ctx context.Context, p *CreateRepoLabelParams) (*RepoLabelChange, error) {
	label := *p
	label.Name, label.Color = strings.TrimSpace(p.Name), cmp.Or(p.Color, defaultLabelColor)
	req, err := rest.NewRequest("POST /repos/{owner}/{repo}/labels", &label)
	if err != nil {
		return nil, err
	}
	if err := req.SetForm(); err != nil { // JSON is rejected
		return nil, err
	}
	return c.writeRepoLabel(ctx, req, p.RepoRef, label.Name, "", label.Color)
}

// UpdateRepoLabelParams describes a change of a label.
type UpdateRepoLabelParams struct {
	RepoRef
	OriginalName string     `json:"original_name" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"Present name"`
	Name         string     `json:"name,omitempty" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$" jsonschema_description:"New name"`
	Color        LabelColor `json:"color,omitempty" jsonschema:"pattern=^#?[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?$,example=#428BCA" jsonschema_description:"New color, as in #428BCA"`
}

// UpdateRepoLabel changes the name or the color of a label. The labels are read back
// if the response does not show the change.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/patch-api-v-5-repos-owner-repo-labels-original-name
func (c *Client) UpdateRepoLabel(ctx context.Context, p *UpdateRepoLabelParams) (*RepoLabelChange, error) {
	const endpoint = "PATCH /repos/{owner}/{repo}/labels/{original_name}"
	label := *p
	label.OriginalName, label.Name = strings.TrimSpace(p.OriginalName), strings.TrimSpace(p.Name)
	if label.Name == "" && label.Color == "" {
		return nil, rest.InvalidArguments(endpoint, "nothing to change; pass name or color")
	}
	req, err := rest.NewRequest(endpoint, &label)
	if err != nil {
		return nil, err
	}
	if err := req.SetQuery(); err != nil {
		return nil, err
	}
	change, err := c.writeRepoLabel(ctx, req, p.RepoRef, cmp.Or(label.Name, label.OriginalName), label.OriginalName, label.Color)
	return change, c.explainUnknownLabel(ctx, p.RepoRef, label.OriginalName, err)
}

// writeRepoLabel sends a request after which a repository should have a label with a
// name, which had a former one unless it is new, and a color, any if it is empty.
func (c *Client) writeRepoLabel(ctx context.Context, req *rest.Request, repo RepoRef, name, former string, color LabelColor) (*RepoLabelChange, error) {
	label, _, err := rest.Do[RepoLabel](ctx, c.Client, req)
	c.forgetLabels(repo)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	if string(label.Name) == name && (color == "" || color.IsShownAs(label.Color)) {
		return &RepoLabelChange{Label: *label}, nil
	}
	// A label that still has its former name was not renamed, even if another one has
	// the new name.
	names := []string{cmp.Or(former, name), name}
	labels, err := c.labelsWith(ctx, repo, time.Now().Add(-cacheTime), names)
	if err != nil {
		return &RepoLabelChange{ReadErr: err}, nil
	}
	for _, shown := range names {
		for _, l := range labels {
			if string(l.Name) == shown {
				return &RepoLabelChange{Label: *l}, nil
			}
		}
	}
	return &RepoLabelChange{}, nil
}

// RepoLabelRef identifies a label of a repository.
type RepoLabelRef struct {
	RepoRef
	Name string `json:"name" jsonschema:"pattern=^\\s*[^\\,\\s][^\\,]*$"`
}

// DeleteRepoLabel deletes a label.
//
// GitCode documentation:
// https://docs.gitcode.com/docs/apis/delete-api-v-5-repos-owner-repo-labels-name
func (c *Client) DeleteRepoLabel(ctx context.Context, p *RepoLabelRef) error {
	ref := RepoLabelRef{p.RepoRef, strings.TrimSpace(p.Name)}
	err := rest.Send(ctx, c.Client, "DELETE /repos/{owner}/{repo}/labels/{name}", &ref)
	c.forgetLabels(p.RepoRef)
	return c.explainUnknownLabel(ctx, p.RepoRef, ref.Name, err)
}

// explainUnknownLabel returns the error of a write to a label. If the repository
// lacks the label, the error names the closest ones.
func (c *Client) explainUnknownLabel(ctx context.Context, repo RepoRef, name string, err error) error {
	e, ok := errors.AsType[*rest.Error](err)
	if !ok || e.Class != rest.NotFound {
		return err
	}
	known, unknown, readErr := c.findLabels(ctx, repo, []string{name})
	if readErr != nil || len(unknown) == 0 {
		return err
	}
	return &rest.Error{Class: rest.Invalid, Endpoint: e.Endpoint, Status: e.Status, Message: closest.NoneAmong("label", unknown, repo.Target(), known)}
}
