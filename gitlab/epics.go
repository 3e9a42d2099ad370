package gitlab

import (
	"context"
	"encoding/json"
	"strings"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// promote is the quick action that promotes an issue.
const promote = "/promote"

// PromoteIssue promotes an issue to an epic, with a comment. GitLab does so only
// for those who may, in an edition with epics. It accepts the comment in any case,
// so the result has what it reports of the promotion.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#将议题升级为史诗
func (c *Client) PromoteIssue(ctx context.Context, p *PromoteIssueParams) (*Promotion, error) {
	body := p.Body
	if !promotes(body) {
		// In front no quote and no code block can contain it.
		body = strings.TrimRight(promote+"\n\n"+body, "\n")
	}
	response, err := write[promotionResponse](ctx, c, "POST /projects/{id}/issues/{issue_iid}/notes", PromoteIssueParams{p.IssueRef, body})
	if err != nil {
		return nil, err
	}
	return response.promotion(), nil
}

// promotes reports whether a comment contains the quick action, at the beginning of
// a line that is not in a block of code or a quote, where GitLab ignores it.
func promotes(body string) bool {
	block := ""
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, " \t\r\n")
		start := strings.TrimLeft(line, " ")
		switch {
		case block != "":
			if strings.HasPrefix(start, block) {
				block = ""
			}
		case line == promote:
			return true
		default:
			for _, fence := range []string{"```", "~~~", ">>>"} {
				if strings.HasPrefix(start, fence) {
					block = fence
				}
			}
		}
	}
	return false
}

// promotionResponse is a comment, or only what its quick actions did.
type promotionResponse struct {
	ID      lenient.Int     `json:"id"`
	Changes json.RawMessage `json:"commands_changes"`
	Summary json.RawMessage `json:"summary"`
}

func (r *promotionResponse) promotion() *Promotion {
	p := &Promotion{NoteID: int64(r.ID), Summary: summary(r.Summary)}
	var changes map[string]json.RawMessage
	if json.Unmarshal(r.Changes, &changes) != nil || changes == nil {
		return p
	}
	promoted := lenient.Bool{Value: new(false)}
	if change, found := changes["promote_to_epic"]; found {
		_ = lenient.Decode(change, &promoted) // which is JSON
	}
	p.Promoted = promoted.Value
	return p
}

// summary returns the sentences of a summary.
func summary(data json.RawMessage) string {
	if lenient.First(data) != '[' {
		return rest.Excerpt([]byte(lenient.Scalar(data)))
	}
	var all []string
	for _, sentence := range lenient.Elements(data) {
		all = append(all, lenient.Scalar(sentence))
	}
	return rest.Excerpt([]byte(strings.Join(all, " ")))
}
